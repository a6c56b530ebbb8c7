"""What was a region's stays with those who came after it: its reports and figures, and of its rows those that are theirs now."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from services.partners.models import ClimateAccount
from services.partners.queries.reports import report
from shared.auth.actor import Actor, Grant
from shared.clock import frozen, now
from shared.ids import new_id
from tests.partners.rearranging import SHARES, Viken, carried_out, drafted, enter_viken, regions_by, today
from tests.support.apps import ServiceApp

YEAR = 2025
REPORT = "/partners/reports"


@pytest.fixture
async def viken(partners: ServiceApp) -> Viken:
    """The region, in which everybody had delivered nine days ago, split today."""
    with frozen(now() - timedelta(days=9)):
        made = await enter_viken(partners.database)
        async with partners.database.writing() as session:
            session.add_all(
                ClimateAccount(organisation_id=one, year=YEAR, scope1=Decimal(100 + number), delivered_at=now())
                for number, one in enumerate(made.organisations)
            )
    assert await carried_out(partners.database, await drafted(partners.database, made))
    return made


def lead(region: str) -> Actor:
    return Actor(new_id(), new_id(), "Leder", (Grant("region_lead", region),))


async def named(partners: ServiceApp, region: str, of: str | None) -> set[UUID]:
    """Return whom the report of the day before the split names to a region's leader."""
    async with partners.database.reading() as session:
        found = await report(session, lead(region), YEAR, yesterday(), of)
    assert found.board.whole.members == 55
    assert found.board.whole.delivered == 55
    return {entry.organisation.id for entry in found.entries}


def yesterday() -> date:
    return today() - timedelta(days=1)


@pytest.mark.parametrize("address", [REPORT, f"{REPORT}/file", "/partners/dashboard"])
async def test_leaders_of_all_that_took_over_have_the_reports_of_what_was(
    partners: ServiceApp, viken: Viken, address: str
) -> None:
    query = {"region": "viken", "year": YEAR, "as_of": str(yesterday()), "format": "xlsx"}
    for slug in SHARES:
        answer = await partners.browser_of(lead(slug)).get(address, params=query)
        assert answer.status_code == 200, (slug, answer.text)
    elsewhere = await partners.browser_of(lead("agder")).get(address, params=query)
    assert elsewhere.status_code == (200 if address == "/partners/dashboard" else 403)
    assert "Summen gjelder" not in elsewhere.text


async def test_the_dashboard_of_what_was_shows_its_leaders_the_sums_of_its_last_day(
    partners: ServiceApp, viken: Viken
) -> None:
    page = (await partners.browser_of(lead("akervik")).get("/partners/dashboard", params={"region": "viken"})).text
    assert "Summen gjelder 55 av 55." in page
    assert '<option value="viken" selected>Viken (til' in page
    menu = (await partners.browser_of(lead("agder")).get("/partners/dashboard")).text
    assert '<option value="viken"' not in menu


@pytest.mark.parametrize("of", ["viken", None])
async def test_the_report_of_a_day_before_names_to_each_leader_those_that_are_theirs_now(
    partners: ServiceApp, viken: Viken, of: str | None
) -> None:
    regions = await regions_by(partners, viken.organisations)
    for slug, many in SHARES.items():
        own = await named(partners, slug, of)
        assert own == {one for one, slugs in regions.items() if slug in slugs}
        assert len(own) == many
    assert await named(partners, "agder", of) == set()
