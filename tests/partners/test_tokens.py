"""API tokens: their person's rights of the moment, never more than the token's own limits, and gone when taken back."""

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from services.partners import token_uses
from services.partners.models import ApiToken
from services.partners.usecases.tokens import MOST, note_use
from shared.auth.access import note_access
from shared.auth.ending import note_ended
from shared.auth.links import digest
from shared.auth.session import read
from shared.auth.uses import stating
from shared.clock import frozen
from shared.contracts.knowledge import KnowledgeTokenUsed
from shared.contracts.partners import AccessStated, GrantStated, SessionEnded
from tests.partners.signing import noted_of
from tests.partners.support import API, actor, person
from tests.support.apps import Browser, Databases, ServiceApp, service_app

OWN = "/partners/me/tokens"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ALL = ["partners", "knowledge", "events", "notifier"]


async def browser_of(partners: ServiceApp, person_id: UUID) -> Browser:
    return partners.browser_of(await actor(partners, person_id))


async def made(browser: Browser, scope: str = "write", services: list[str] | None = None, days: str = "90") -> str:
    """Make a token and return the text the page shows."""
    page = await browser.submit(OWN, name="Intranettet", scope=scope, services=services or ALL, days=days)
    assert page.status_code == 200, page.text
    assert page.headers["cache-control"] == "no-store"
    found = re.search(r"<textarea[^>]*>([^<]+)</textarea>", page.text)
    assert found is not None
    return html.unescape(found[1]).strip()


def program(service: ServiceApp, token: str) -> httpx.AsyncClient:
    return service.visitor(headers={"Authorization": f"Bearer {token}"})


async def staff(partners: ServiceApp) -> tuple[UUID, Browser]:
    ask_id = await person(partners, "ask@example.org", role="region_staff", region="agder")
    return ask_id, await browser_of(partners, ask_id)


NEW = {"name": "Eik AS", "regions": ["agder"]}


async def test_a_token_does_what_its_person_may(partners: ServiceApp) -> None:
    ask_id, browser = await staff(partners)
    token = await made(browser)
    async with program(partners, token) as client:
        assert (await client.post(f"{API}/organisations", json=NEW)).status_code == 201
        foreign = {"name": "Bjørk AS", "regions": ["nordland"]}
        assert (await client.post(f"{API}/organisations", json=foreign)).status_code == 403
    assert (await noted_of(partners, ask_id))[-1][0] == "token.made"


async def test_the_text_is_shown_once_and_kept_nowhere(partners: ServiceApp) -> None:
    _, browser = await staff(partners)
    token = await made(browser)
    assert token not in (await browser.get(OWN)).text
    async with partners.database.reading() as session:
        [kept] = (await session.exec(sa.select(ApiToken.digest))).scalars().all()
    assert kept == digest(token)
    found = read(partners.app.state.resources.keys.public, token, "api")
    assert found is not None
    assert found[0].grants == ()


async def test_a_token_that_reads_changes_nothing_and_says_why(partners: ServiceApp) -> None:
    _, browser = await staff(partners)
    token = await made(browser, "read")
    async with program(partners, token) as client:
        assert (await client.get(f"{API}/organisations")).status_code == 200
        assert (await client.head("/partners/people")).status_code in (200, 405)
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = await client.request(method, f"{API}/organisations", json=NEW)
            assert answer.status_code == 403
            assert answer.headers["content-type"] == "application/problem+json"
            assert "kan bare lese" in answer.json()["detail"]
        query = await client.request("QUERY", f"{API}/organisations", json=NEW)
        assert query.status_code == 405


async def test_a_token_is_good_in_the_services_it_names(partners: ServiceApp) -> None:
    _, browser = await staff(partners)
    token = await made(browser, services=["knowledge"])
    async with program(partners, token) as client:
        answer = await client.get(f"{API}/organisations")
    assert (answer.status_code, "gjelder ikke denne delen" in answer.json()["detail"]) == (403, True)


async def test_a_lost_role_is_lost_to_the_token_at_once(partners: ServiceApp) -> None:
    ask_id, browser = await staff(partners)
    token = await made(browser)
    async with partners.database.writing() as session:
        await note_access(session, AccessStated(person_id=ask_id, version=1_000, grants=[]))
    async with program(partners, token) as client:
        assert (await client.post(f"{API}/organisations", json=NEW)).status_code == 403


async def test_somebody_put_out_of_use_has_tokens_no_more(partners: ServiceApp) -> None:
    ask_id, browser = await staff(partners)
    token = await made(browser)
    async with partners.database.writing() as session:
        await note_access(session, AccessStated(person_id=ask_id, version=1_000, active=False))
    async with program(partners, token) as client:
        assert (await client.post(f"{API}/organisations", json=NEW)).status_code == 401


async def test_a_token_lasts_as_long_as_was_said(partners: ServiceApp) -> None:
    with frozen(NOON):
        _, browser = await staff(partners)
        token = await made(browser, days="30")
    for days, status in ((29, 201), (30, 401)):
        with frozen(NOON + timedelta(days=days)):
            async with program(partners, token) as client:
                given = {"name": f"Eik {days} AS", "regions": ["agder"]}
                assert (await client.post(f"{API}/organisations", json=given)).status_code == status


async def test_a_token_taken_back_is_refused_until_it_would_have_run_out(partners: ServiceApp) -> None:
    ask_id, browser = await staff(partners)
    token = await made(browser, days="365")
    [token_id] = await token_ids(partners)
    assert (await browser.submit(f"{OWN}/{token_id}/revoke")).headers["location"] == OWN
    async with program(partners, token) as client:
        assert (await client.post(f"{API}/organisations", json=NEW)).status_code == 401
    [fact] = await partners.facts(SessionEnded)
    assert fact.session_id == token_id
    async with partners.database.reading() as session:
        [(expires_at, revoked_at)] = (await session.exec(sa.select(ApiToken.expires_at, ApiToken.revoked_at))).all()
    assert (fact.expires_at, revoked_at is not None) == (expires_at, True)
    assert "trukket tilbake" in (await browser.get(OWN)).text
    assert (await noted_of(partners, ask_id))[-1][0] == "token.revoked"


async def token_ids(partners: ServiceApp) -> list[UUID]:
    async with partners.database.reading() as session:
        return list((await session.exec(sa.select(ApiToken.id).order_by(ApiToken.id))).scalars().all())


async def test_nobody_takes_anothers_token_back(partners: ServiceApp) -> None:
    _, browser = await staff(partners)
    await made(browser)
    [token_id] = await token_ids(partners)
    other = await browser_of(partners, await person(partners, "other@example.org"))
    assert (await other.submit(f"{OWN}/{token_id}/revoke")).status_code == 404


async def test_a_token_makes_no_tokens_and_takes_back_none_but_itself(partners: ServiceApp) -> None:
    _, browser = await staff(partners)
    await made(browser)
    token = await made(browser)
    first, own = await token_ids(partners)
    async with program(partners, token) as client:
        fields = {"name": "Mer", "scope": "write", "services": ALL, "days": "365"}
        assert (await client.post(OWN, data=fields)).status_code == 403
        assert (await client.delete(f"{API}/me/tokens/{first}")).status_code == 403
        listed = (await client.get(f"{API}/me/tokens")).json()
        assert [one["id"] for one in listed] == [str(own), str(first)]
        assert "digest" not in listed[0]
        assert (await client.delete(f"{API}/me/tokens/{own}")).status_code == 204
        assert (await client.get(f"{API}/me/tokens")).status_code == 401


async def test_staff_take_a_persons_tokens_back_with_their_sessions(partners: ServiceApp) -> None:
    ask_id, browser = await staff(partners)
    token = await made(browser)
    async with partners.client("national") as national:
        assert (await national.post(f"/partners/people/{ask_id}/sessions/end")).status_code == 303
    async with program(partners, token) as client:
        assert (await client.post(f"{API}/organisations", json=NEW)).status_code == 401


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "må fylles ut"),
        ({"name": "x" * 61}, "for lang"),
        ({"scope": "admin"}, "Velg en av mulighetene"),
        ({"services": []}, "må fylles ut"),
        ({"services": ["mailbox"]}, "Velg en av mulighetene"),
        ({"days": "366"}, "høyst være 365"),
        ({"days": "0"}, "Tallet må være minst 1."),
    ],
)
async def test_a_wrong_form_is_shown_again_and_makes_nothing(
    partners: ServiceApp, fields: dict[str, object], said: str
) -> None:
    _, browser = await staff(partners)
    given = {"name": "Intranettet", "scope": "read", "services": ["events"], "days": "90"} | fields
    answer = await browser.submit(OWN, **given)
    assert answer.status_code == 422
    assert said in answer.text
    assert await token_ids(partners) == []


async def test_a_person_has_so_many_tokens_and_no_more(partners: ServiceApp) -> None:
    _, browser = await staff(partners)
    for _ in range(MOST):
        await made(browser)
    answer = await browser.submit(OWN, name="Enda en", scope="read", services=ALL, days="30")
    assert (answer.status_code, f"allerede {MOST}" in answer.text) == (422, True)


async def test_the_last_use_is_noted_once_a_minute(partners: ServiceApp) -> None:
    _, browser = await staff(partners)
    token = await made(browser, "read")
    assert "aldri" in (await browser.get(OWN)).text
    async with program(partners, token) as client:
        for _ in range(3):
            await client.get(f"{API}/organisations")
    with frozen(NOON):
        await token_uses.note(partners.app.state.resources)
    assert await last_use(partners) == NOON
    with frozen(NOON + timedelta(minutes=1)):
        await token_uses.note(partners.app.state.resources)
    assert await last_use(partners) == NOON


async def last_use(partners: ServiceApp) -> datetime | None:
    async with partners.database.reading() as session:
        return (await session.exec(sa.select(ApiToken.used_at))).scalar_one()


async def test_uses_elsewhere_are_heard_in_any_order(partners: ServiceApp) -> None:
    _, browser = await staff(partners)
    await made(browser)
    [token_id] = await token_ids(partners)
    for minutes, heard in ((5, 5), (3, 5), (7, 7), (7, 7)):
        fact = KnowledgeTokenUsed(token_id=token_id, at=NOON + timedelta(minutes=minutes), version=minutes)
        async with partners.database.writing() as session:
            await note_use(session, fact)
        assert await last_use(partners) == NOON + timedelta(minutes=heard)


@pytest.fixture(scope="session")
def events_databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    return Databases("events", tmp_path_factory.mktemp("events-tokens"))


@asynccontextmanager
async def events_beside(partners: ServiceApp, databases: Databases, folder: Path) -> AsyncIterator[ServiceApp]:
    """Run events with the same keys, as it stands before it has heard anything."""
    del partners
    async with service_app("events", databases.sqlite(folder), folder) as running:
        yield running


async def test_another_service_lets_the_token_in_as_far_as_it_was_told(
    partners: ServiceApp, events_databases: Databases, tmp_path: Path
) -> None:
    ask_id, browser = await staff(partners)
    token = await made(browser, services=["events"])
    [token_id] = await token_ids(partners)
    async with events_beside(partners, events_databases, tmp_path) as events, program(events, token) as client:
        assert (await client.get("/events/new")).status_code == 403
        grants = [GrantStated(role="region_staff", region="agder")]
        async with events.database.writing() as session:
            await note_access(session, AccessStated(person_id=ask_id, version=1_000, grants=grants))
        assert (await client.get("/events/new")).status_code == 200
        tell = stating("events", events.database)
        assert tell is not None
        await events.app.state.resources.token_uses.told(tell)
        await events.app.state.resources.token_uses.told(tell)
        from shared.contracts.events import EventsTokenUsed

        assert [fact.token_id for fact in await events.facts(EventsTokenUsed)] == [token_id]
        async with events.database.writing() as session:
            await note_ended(
                session, SessionEnded(session_id=token_id, expires_at=NOON + timedelta(days=3_650), version=1)
            )
        assert (await client.get("/events/new", headers={"accept": "application/json"})).status_code in (303, 401)


async def test_a_service_account_is_held_by_no_limits(partners: ServiceApp) -> None:
    async with partners.client("national") as client:
        assert (await client.post(f"{API}/organisations", json=NEW)).status_code == 201
    told: list[object] = []

    async def tell(used: frozenset[UUID]) -> None:
        told.append(used)

    await partners.app.state.resources.token_uses.told(tell)
    assert told == []
