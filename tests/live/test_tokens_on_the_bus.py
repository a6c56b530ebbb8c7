"""API tokens and sessions across services, over a real broker: uses are told, and what is taken back is refused everywhere."""

import html
import re
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from deploy.commands.topology import establish
from services.partners.models import ApiToken
from shared.auth.uses import stating
from tests.partners.support import actor, person
from tests.support.apps import Databases, ServiceApp, service_app
from tests.support.servers import Nats
from tests.support.wait import until

NEW = "/events/new"


@pytest.fixture
async def services(nats: Nats, tmp_path: Path) -> AsyncIterator[tuple[ServiceApp, ServiceApp]]:
    """The registry and the events service, with the same keys, on one broker."""
    await establish(nats.url)
    places = {name: tmp_path / f"{name}-db" for name in ("partners", "events")}
    for place in places.values():
        place.mkdir()
    urls = {name: Databases(name, place).sqlite(place) for name, place in places.items()}
    async with (
        service_app("partners", urls["partners"], tmp_path, nats_url=nats.url, register_url="") as partners,
        service_app("events", urls["events"], tmp_path, nats_url=nats.url) as events,
    ):
        yield partners, events


async def test_a_use_is_told_and_a_token_taken_back_is_refused_in_every_service(
    services: tuple[ServiceApp, ServiceApp],
) -> None:
    partners, events = services
    ask_id = await person(partners, "ask@example.org", role="region_staff", region="agder")
    browser = partners.browser_of(await actor(partners, ask_id))
    page = await browser.submit("/partners/me/tokens", name="Intranettet", scope="read", services=["events"], days="30")
    found = re.search(r"<textarea[^>]*>([^<]+)</textarea>", page.text)
    assert found is not None
    headers = {"Authorization": f"Bearer {html.unescape(found[1]).strip()}"}
    async with events.visitor(headers=headers) as program:

        async def answers(status: int) -> bool:
            return (await program.get(NEW)).status_code == status

        await until(lambda: answers(200), 20, "events to hear what the person may")
        tell = stating("events", events.database)
        assert tell is not None
        await events.app.state.resources.token_uses.told(tell)
        token_id = await until(lambda: used(partners), 20, "the registry to hear of the use")
        await browser.submit(f"/partners/me/tokens/{token_id}/revoke")
        await until(lambda: answers(303), 20, "events to hear that the token was taken back")


async def used(partners: ServiceApp) -> UUID | None:
    """Return the token that is known to have been used."""
    async with partners.database.reading() as session:
        query = sa.select(ApiToken.id).where(ApiToken.used_at.is_not(None))
        return (await session.exec(query)).scalar_one_or_none()


async def test_a_session_ended_from_elsewhere_is_over_in_every_service(services: tuple[ServiceApp, ServiceApp]) -> None:
    partners, events = services
    ask_id = await person(partners, "ask@example.org", role="region_staff", region="agder")
    here, there = await actor(partners, ask_id), await actor(partners, ask_id)

    async def is_in(browser: httpx.AsyncClient) -> bool:
        return (await browser.get(NEW)).status_code == 200

    browser = events.browser_of(there).http
    await until(lambda: is_in(browser), 20, "events to let them in")
    answer = await partners.browser_of(here).submit("/partners/me/sessions/end-others")
    assert answer.status_code == 303

    async def is_out() -> bool:
        return not await is_in(browser)

    await until(is_out, 20, "events to hear that the session is over")
