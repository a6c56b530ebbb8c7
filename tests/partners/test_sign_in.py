"""Signing in by a link that works once, and sessions that end everywhere."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from services.partners.models import Session, SignInCount, SignInRequest
from services.partners.usecases.asking import MOST_FOR_ADDRESS, MOST_FROM_CLIENT
from shared.auth.links import secret
from shared.auth.session import RENEW_AFTER
from shared.clock import frozen, now
from shared.contracts.partners import SessionEnded, SignInRequested
from tests.partners.support import API, HTML, person
from tests.support.apps import ServiceApp, service_app

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def ask(partners: ServiceApp, email: str, next: str = "/", address: str = "203.0.113.7") -> httpx.Response:
    async with partners.visitor(address=(address, 1)) as visitor:
        return await visitor.post("/partners/sign-in", params={"next": next}, data={"email": email})


async def link(partners: ServiceApp) -> str:
    """Return the path of the newest link, as the notifier derives it from the fact."""
    fact = (await partners.facts(SignInRequested))[-1]
    return f"/partners/sign-in/{secret(partners.app.state.resources.keys.link, 'sign-in', fact.request_id)}"


async def signed_in(partners: ServiceApp) -> httpx.AsyncClient:
    await ask(partners, "ask@example.org")
    visitor = partners.visitor()
    assert (await visitor.post(await link(partners))).status_code == 303
    return visitor


async def rows(partners: ServiceApp, table: type) -> int:
    async with partners.database.reading() as session:
        return (await session.exec(sa.select(sa.func.count()).select_from(table))).scalar_one()


def shown(page: str) -> str:
    """Return a page without what was typed into it."""
    return re.sub(r"\w+@example\.org", "…", page)


async def test_the_answer_tells_no_known_address_from_an_unknown_one(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    await person(partners, "old@example.org", active=False)
    answers = [await ask(partners, f"{name}@example.org") for name in ("ask", "nobody", "old", "ask")]
    assert {answer.status_code for answer in answers} == {200}
    assert len({shown(answer.text) for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.keys())) for answer in answers}) == 1
    assert len(await partners.facts(SignInRequested)) == 1


async def test_a_wrong_address_is_shown_again_with_the_remedy(partners: ServiceApp) -> None:
    for typed in ("ask", "", "a@b", "ask@example.org\x00", "a" * 300 + "@example.org", "<script>@example.org"):
        answer = await ask(partners, typed)
        assert answer.status_code == 422
        assert "<script>@" not in answer.text
    assert await rows(partners, SignInCount) == 0


async def test_opening_a_link_changes_nothing_and_its_button_signs_in(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org", role="region_staff", region="agder")
    await ask(partners, "ASK@example.org")
    path = await link(partners)
    async with partners.visitor() as visitor:
        for _ in range(3):
            page = await visitor.get(path)
            assert page.status_code == 200
            assert page.headers["cache-control"] == "no-store"
            assert "set-cookie" not in page.headers
        assert await rows(partners, Session) == 0
        answer = await visitor.post(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert "Ask Prøve" in (await visitor.get("/partners/people")).text


async def test_a_link_works_once(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    await signed_in(partners)
    async with partners.visitor() as other:
        answer = await other.post(await link(partners))
    assert answer.status_code == 410
    assert "Lenken er brukt eller for gammel" in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(("seconds", "works"), [(599, True), (600, False), (3_600, False)])
async def test_a_link_works_for_ten_minutes(partners: ServiceApp, seconds: int, works: bool) -> None:
    await person(partners, "ask@example.org")
    with frozen(NOON):
        await ask(partners, "ask@example.org")
    with frozen(NOON + timedelta(seconds=seconds)):
        async with partners.visitor() as visitor:
            assert (await visitor.post(await link(partners))).status_code == (303 if works else 410)


async def test_a_made_up_link_is_answered_like_a_spent_one(partners: ServiceApp) -> None:
    async with partners.visitor() as visitor:
        for token in ("x", "a" * 43, "a" * 5_000, "æøå", "%F0%9F%92%A9", "..%2F..", "{{7*7}}"):
            assert (await visitor.get(f"/partners/sign-in/{token}")).status_code in (200, 404)
            assert (await visitor.post(f"/partners/sign-in/{token}")).status_code in (410, 404, 405)


async def test_somebody_put_out_of_use_cannot_spend_the_link_they_have(partners: ServiceApp) -> None:
    ask_id = await person(partners, "ask@example.org")
    await ask(partners, "ask@example.org")
    given = {"name": "Ask", "email": "ask@example.org", "region": "agder", "active": False}
    async with partners.client("national") as national:
        assert (await national.put(f"{API}/people/{ask_id}", json=given)).status_code == 200
    async with partners.visitor() as visitor:
        assert (await visitor.post(await link(partners))).status_code == 410


async def test_a_link_leads_back_to_where_it_was_asked_for(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    await ask(partners, "ask@example.org", "/events/1?a=b")
    async with partners.visitor() as visitor:
        assert (await visitor.post(await link(partners))).headers["location"] == "/events/1?a=b"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/%0d%0aSet-Cookie:a=b",
        "",
        "/\t/evil",
    ],
)
async def test_nobody_is_sent_elsewhere_by_a_parameter(partners: ServiceApp, address: str) -> None:
    await person(partners, "ask@example.org")
    await ask(partners, "ask@example.org", address)
    async with partners.visitor() as visitor:
        answers = [
            await visitor.post(await link(partners)),
            await visitor.get("/partners/session/renew", params={"next": address}),
        ]
    for answer in answers:
        assert httpx.URL("http://koblingsboks.test").join(answer.headers["location"]).host == "koblingsboks.test"
        assert "\n" not in answer.headers["location"]


async def test_one_link_a_minute_goes_to_a_person(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    for seconds in (0, 30, 59, 61, 90, 122):
        with frozen(NOON + timedelta(seconds=seconds)):
            assert (await ask(partners, "ask@example.org")).status_code == 200
    assert len(await partners.facts(SignInRequested)) == 3


async def test_an_address_is_sent_so_many_links_an_hour_and_no_more(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    for minute in range(0, 60, 2):
        with frozen(NOON + timedelta(minutes=minute)):
            answer = await ask(partners, "ask@example.org")
            assert "Se i innboksen din" in answer.text
    assert len(await partners.facts(SignInRequested)) == MOST_FOR_ADDRESS
    with frozen(NOON + timedelta(minutes=61)):
        await ask(partners, "ask@example.org")
    assert len(await partners.facts(SignInRequested)) == MOST_FOR_ADDRESS + 1


async def test_a_client_that_tries_many_addresses_is_heard_no_more_that_hour(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    with frozen(NOON):
        for number in range(MOST_FROM_CLIENT):
            await ask(partners, f"nobody{number}@example.org")
        answer = await ask(partners, "ask@example.org")
        assert "Se i innboksen din" in answer.text
        assert await partners.facts(SignInRequested) == []
        await ask(partners, "ask@example.org", address="203.0.113.8")
    assert len(await partners.facts(SignInRequested)) == 1


async def test_neither_addresses_nor_clients_are_kept_by_the_counts(partners: ServiceApp) -> None:
    with frozen(NOON):
        await ask(partners, "nobody@example.org")
    async with partners.database.reading() as session:
        keys = (await session.exec(sa.select(SignInCount.key))).scalars().all()
    assert len(keys) == 2
    assert all(re.fullmatch(r"[0-9a-f]{64}", key) for key in keys)
    with frozen(NOON + timedelta(hours=3)):
        await ask(partners, "other@example.org")
    assert await rows(partners, SignInCount) == 2


async def test_spent_requests_and_old_sessions_are_forgotten(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    for days in (0, 2, 100):
        with frozen(NOON + timedelta(days=days)):
            await signed_in(partners)
    assert await rows(partners, SignInRequest) == 1
    assert await rows(partners, Session) == 1


async def test_signing_out_ends_the_session_everywhere_and_here_at_once(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    browser = await signed_in(partners)
    stolen = httpx.Cookies(browser.cookies)
    page = (await browser.get("/partners")).text
    token = re.search(r'name="csrf_token" value="(\w+)"', page)
    assert token is not None
    answer = await browser.post("/partners/sign-out", data={"csrf_token": token[1]})
    assert answer.status_code == 303
    assert "session" not in browser.cookies
    [fact] = await partners.facts(SessionEnded)
    assert fact.expires_at > now() + timedelta(hours=1)
    async with partners.visitor(cookies=stolen) as thief:
        assert "Ask Prøve" not in (await thief.get("/partners")).text
        await thief.get("/partners/session/renew")
        assert "Ask Prøve" not in (await thief.get("/partners")).text


async def test_signing_out_needs_the_sessions_token(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    browser = await signed_in(partners)
    assert (await browser.post("/partners/sign-out")).status_code == 403
    assert "Ask Prøve" in (await browser.get("/partners")).text


async def test_a_session_whose_token_is_past_its_time_can_be_signed_out(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    with frozen(NOON):
        browser = await signed_in(partners)
    with frozen(NOON + timedelta(hours=2)):
        assert (await browser.post("/partners/sign-out")).status_code == 303
    assert len(await partners.facts(SessionEnded)) == 1


async def test_signing_in_anew_ends_the_session_before(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    with frozen(NOON):
        browser = await signed_in(partners)
    with frozen(NOON + timedelta(minutes=5)):
        await ask(partners, "ask@example.org")
        await browser.post(await link(partners))
    assert len(await partners.facts(SessionEnded)) == 1


async def test_a_session_is_renewed_on_the_way_to_a_page(partners: ServiceApp) -> None:
    ask_id = await person(partners, "ask@example.org")
    with frozen(NOON):
        browser = await signed_in(partners)
        first = browser.cookies["session"]
    with frozen(NOON + timedelta(hours=2)):
        onward = await browser.get("/partners?q=eik", headers=HTML)
        assert onward.headers["location"].startswith("/partners/session/renew?next=")
        page = await browser.get("/partners?q=eik", headers=HTML, follow_redirects=True)
        assert page.url.path == "/partners"
        assert "Ask Prøve" in page.text
        assert browser.cookies["session"] != first
    assert await session_of(partners, ask_id) == 1


async def session_of(partners: ServiceApp, person_id: UUID) -> int:
    async with partners.database.reading() as session:
        query = sa.select(sa.func.count()).where(Session.person_id == person_id)
        return (await session.exec(query)).scalar_one()


@pytest.mark.parametrize(("after", "lasts"), [(timedelta(hours=7), True), (timedelta(hours=9), False)])
async def test_a_session_ends_after_hours_without_use(partners: ServiceApp, after: timedelta, lasts: bool) -> None:
    await person(partners, "ask@example.org")
    with frozen(NOON):
        browser = await signed_in(partners)
    with frozen(NOON + after):
        page = await browser.get("/partners", headers=HTML, follow_redirects=True)
    assert ("Ask Prøve" in page.text) == lasts
    assert ("session" in browser.cookies) == lasts


async def test_a_session_ends_after_days_however_much_it_is_used(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    with frozen(NOON):
        browser = await signed_in(partners)
    for hours in range(6, 7 * 24 + 6, 6):
        with frozen(NOON + timedelta(hours=hours)):
            page = await browser.get("/partners", headers=HTML, follow_redirects=True)
            assert ("Ask Prøve" in page.text) == (hours < 7 * 24), hours


async def test_a_renewed_session_has_the_rights_of_today(partners: ServiceApp) -> None:
    with frozen(NOON):
        await person(partners, "ask@example.org")
        browser = await signed_in(partners)
        assert (await browser.get("/partners/people")).status_code == 403
    async with partners.database.writing() as session:
        await session.exec(sa.text("UPDATE person_grant SET role = 'national'"))
    with frozen(NOON + RENEW_AFTER + timedelta(minutes=1)):
        page = await browser.get("/partners/people", headers=HTML, follow_redirects=True)
    assert (page.status_code, "ask@example.org" in page.text) == (200, True)


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "æ"])
async def test_a_forged_cookie_is_nobody(partners: ServiceApp, cookie: str) -> None:
    async with partners.visitor(headers={"cookie": f"session={cookie}".encode()}) as visitor:
        answer = await visitor.get("/partners", headers=HTML, follow_redirects=True)
        assert answer.status_code in (200, 303) or answer.history


async def test_an_api_token_is_no_session_cookie(partners: ServiceApp) -> None:
    from shared.auth.actor import Grant

    async with partners.visitor(cookies={"session": partners.token(Grant("national"))}) as visitor:
        assert (await visitor.get("/partners/people")).status_code in (303, 401)
        assert (await visitor.get("/partners/session/renew")).headers["location"] == "/"


@pytest.fixture
async def secure(sqlite_url: str, tmp_path: Path) -> AsyncIterator[ServiceApp]:
    async with service_app("partners", sqlite_url, tmp_path, base_url="https://koblingsboks.test") as service:
        yield service


async def test_over_https_the_cookie_is_held_to_the_host(secure: ServiceApp) -> None:
    await person(secure, "ask@example.org")
    await ask(secure, "ask@example.org")
    async with secure.visitor() as visitor:
        cookie = (await visitor.post(await link(secure))).headers.get_list("set-cookie")[-1]
        assert cookie.startswith("__Host-session=")
        for flag in ("Secure", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=604800"):
            assert flag in cookie
        assert "Domain" not in cookie


async def test_without_https_the_cookie_is_still_closed_to_scripts(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    await ask(partners, "ask@example.org")
    async with partners.visitor() as visitor:
        cookie = (await visitor.post(await link(partners))).headers.get_list("set-cookie")[-1]
    assert cookie.startswith("session=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.fixture
async def demo(sqlite_url: str, tmp_path: Path) -> AsyncIterator[ServiceApp]:
    people = ["ask@example.org", "old@example.org", "unknown@example.org"]
    async with service_app("partners", sqlite_url, tmp_path, demo=True, demo_people=people) as service:
        await person(service, "ask@example.org")
        await person(service, "old@example.org", active=False)
        await person(service, "boss@example.org", role="national")
        yield service


async def test_the_demo_signs_in_as_its_invented_people_and_nobody_else(demo: ServiceApp) -> None:
    async with demo.visitor() as visitor:
        assert "ask@example.org" in (await visitor.get("/partners/sign-in")).text
        for nobody in ("boss@example.org", "old@example.org", "unknown@example.org", "", "x\x00"):
            answer = await visitor.post("/partners/sign-in-as", data={"person": nobody})
            assert (answer.headers["location"], "session" in visitor.cookies) == ("/partners/sign-in", False)
        answer = await visitor.post("/partners/sign-in-as?next=/events", data={"person": "ask@example.org"})
        assert (answer.headers["location"], "session" in visitor.cookies) == ("/events", True)


async def test_outside_the_demo_nobody_signs_in_without_a_link(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    async with partners.visitor() as visitor:
        assert "sign-in-as" not in (await visitor.get("/partners/sign-in")).text
        answer = await visitor.post("/partners/sign-in-as", data={"person": "ask@example.org"})
    assert (answer.status_code, "set-cookie" in answer.headers) == (404, False)
