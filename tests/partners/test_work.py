"""The work list shows what waits, to those whom it waits for."""

from datetime import timedelta

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.queries import work
from services.partners.queries.work import Item
from shared.clock import now
from tests.support.apps import ServiceApp


def item(name: str, *regions: str, days: int = 1, urgent: bool = False) -> Item:
    """Return something to do in `regions`."""
    return Item(
        "claim",
        "%(name)s venter på svar",
        {"name": name},
        "Svar",
        "/partners/claims",
        now() - timedelta(days=days),
        regions,
        urgent,
    )


ITEMS = [
    item("Eik", "agder"),
    item("Alm & <b>sønner</b>", "nordland", days=3),
    item("Ask", "agder", "nordland", urgent=True),
]


@pytest.fixture(autouse=True)
def sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two sources, the second empty."""

    async def some(_session: AsyncSession, regions: frozenset[str] | None) -> list[Item]:
        return [one for one in ITEMS if regions is None or regions & set(one.regions)]

    async def none(_session: AsyncSession, _regions: frozenset[str] | None) -> list[Item]:
        return []

    monkeypatch.setattr(work, "SOURCES", (some, none))


async def test_what_is_urgent_comes_first_and_then_what_waited_longest(partners: ServiceApp) -> None:
    page = (await partners.browser("national").get("/partners/work")).text
    assert (
        page.index("Ask venter") < page.index("Alm &amp; &lt;b&gt;sønner&lt;/b&gt; venter") < page.index("Eik venter")
    )


async def test_staff_see_the_tasks_of_their_regions_alone(partners: ServiceApp) -> None:
    page = (await partners.browser("region_staff", "agder").get("/partners/work")).text
    assert "Eik venter" in page
    assert "sønner" not in page


async def test_the_list_is_narrowed_by_region(partners: ServiceApp) -> None:
    page = (await partners.browser("national").get("/partners/work?region=nordland&region=nowhere")).text
    assert "Ask venter" in page
    assert "Eik venter" not in page


async def test_partners_have_no_work_list(partners: ServiceApp) -> None:
    assert (await partners.browser("partner_member").get("/partners/work")).status_code == 403
