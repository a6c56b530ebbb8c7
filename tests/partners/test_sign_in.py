"""Signing in by a link that works once, and sessions that end everywhere."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from starlette.types import Message, Send

from services.partners.models import Person, Session, SignInCount, SignInRequest
from services.partners.usecases.statements import state_people
from shared.auth.links import secret
from shared.clock import frozen, now
from shared.contracts.partners import SessionEnded, SignInRequested
from tests.partners.support import API, HTML, person
from tests.support.apps import ServiceApp, service_app

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MOST_FOR_ADDRESS = 5
MOST_FROM_CLIENT = 120


async def ask(
    partners: ServiceApp,
    email: str,
    next: str = "/",
    address: str = "203.0.113.7",
    browser: httpx.AsyncClient | None = None,
) -> httpx.Response:
    """Ask for a link, in a browser of its own unless one is given."""
    visitor = browser or partners.visitor(address=(address, 1))
    answer = await visitor.post("/partners/sign-in", params={"next": next}, data={"email": email})
    if browser is None:
        await visitor.aclose()
    return answer


async def link(partners: ServiceApp) -> str:
    """Return the path of the newest link, as the notifier derives it from the fact."""
    fact = (await partners.facts(SignInRequested))[-1]
    return f"/partners/sign-in/{secret(partners.app.state.resources.keys.link, 'sign-in', fact.request_id)}"


async def asking(partners: ServiceApp, email: str = "ask@example.org", next: str = "/") -> httpx.AsyncClient:
    """Return a browser that asked for a link."""
    visitor = partners.visitor()
    await ask(partners, email, next, browser=visitor)
    return visitor


async def signed_in(partners: ServiceApp) -> httpx.AsyncClient:
    visitor = await asking(partners)
    assert (await visitor.post(await link(partners))).status_code == 303
    return visitor


async def submit(browser: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    """Send a form from one of the pages the browser's person sees."""
    token = re.search(r'name="csrf_token" value="(\w+)"', (await browser.get("/partners")).text)
    assert token is not None
    return await browser.post(path, data={"csrf_token": token[1], **fields})


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
    assert len(await partners.facts(SignInRequested)) == 2


async def test_the_answer_leaves_before_anybody_looks_whether_the_address_is_known(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    done: dict[str, list[str]] = {}
    for name in ("ask", "nobody"):
        seen = done.setdefault(name, [])

        def executed(*given: Any, seen: list[str] = seen) -> None:
            seen.append(given[2])

        async def send(message: Message, seen: list[str] = seen) -> None:
            if message["type"] == "http.response.body" and not message.get("more_body"):
                seen.append("ANSWERED")

        engine = partners.database.writer.sync_engine
        sa.event.listen(engine, "before_cursor_execute", executed)
        await answer_form(partners, f"{name}@example.org", send)
        sa.event.remove(engine, "before_cursor_execute", executed)
    known, unknown = (seen[: seen.index("ANSWERED")] for seen in done.values())
    assert known == unknown
    assert len(done["ask"]) > len(done["nobody"])


async def answer_form(partners: ServiceApp, email: str, send: Send) -> None:
    """Send the form for a link straight to the application, whose messages `send` gets as they leave."""
    body = f"email={email}".encode()
    headers = [(b"content-type", b"application/x-www-form-urlencoded"), (b"content-length", b"%d" % len(body))]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/partners/sign-in",
        "raw_path": b"/partners/sign-in",
        "query_string": b"",
        "headers": [*headers, (b"host", b"koblingsboks.test")],
        "client": ("203.0.113.7", 1),
        "server": ("koblingsboks.test", 80),
        "scheme": "http",
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    await partners.app(scope, receive, send)


async def test_a_wrong_address_is_shown_again_with_the_remedy(partners: ServiceApp) -> None:
    for typed in ("ask", "", "a@b", "ask@example.org\x00", "a" * 300 + "@example.org", "<script>@example.org"):
        answer = await ask(partners, typed)
        assert answer.status_code == 422
        assert "<script>@" not in answer.text
    assert await rows(partners, SignInCount) == 0


async def test_opening_a_link_changes_nothing_and_its_button_signs_in(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org", role="region_staff", region="agder")
    visitor = await asking(partners, "ASK@example.org")
    path = await link(partners)
    for _ in range(3):
        page = await visitor.get(path)
        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
        assert "set-cookie" not in page.headers
    assert await rows(partners, Session) == 0
    answer = await visitor.post(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Ask Prøve" in (await visitor.get("/partners/people")).text


async def test_a_link_works_once_and_the_second_time_says_so(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    visitor = await asking(partners)
    held = httpx.Cookies(visitor.cookies)
    path = await link(partners)
    assert (await visitor.post(path)).status_code == 303
    async with partners.visitor(cookies=held) as again:
        for answer in (await again.get(path), await again.post(path)):
            assert answer.status_code == 410
            assert "Lenken er allerede brukt" in answer.text
            assert "session" not in again.cookies


@pytest.mark.parametrize(("seconds", "works"), [(599, True), (600, False), (3_600, False)])
async def test_a_link_works_for_ten_minutes_and_then_says_that_it_is_too_old(
    partners: ServiceApp, seconds: int, works: bool
) -> None:
    await person(partners, "ask@example.org")
    with frozen(NOON):
        visitor = await asking(partners)
    with frozen(NOON + timedelta(seconds=seconds)):
        shown, answer = await visitor.get(await link(partners)), await visitor.post(await link(partners))
    assert (shown.status_code, answer.status_code) == ((200, 303) if works else (410, 410))
    assert ("Lenken er for gammel" in shown.text) == ("Lenken er for gammel" in answer.text) == (not works)


async def test_a_link_opened_in_another_browser_signs_nobody_in_and_says_why(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    owner = await asking(partners)
    path = await link(partners)
    async with partners.visitor() as other:
        for answer in (await other.get(path), await other.post(path)):
            assert answer.status_code == 403
            assert "bestilt i en annen nettleser" in answer.text
        await ask(partners, "nobody@example.org", browser=other)
        assert (await other.post(path)).status_code == 403
        assert "session" not in other.cookies
    assert (await owner.post(path)).status_code == 303


async def test_a_made_up_link_is_told_to_be_unknown(partners: ServiceApp) -> None:
    visitor = await asking(partners, "nobody@example.org")
    for token in ("x", "a" * 43, "a" * 5_000, "æøå", "%F0%9F%92%A9", "{{7*7}}"):
        for answer in (
            await visitor.get(f"/partners/sign-in/{token}"),
            await visitor.post(f"/partners/sign-in/{token}"),
        ):
            assert answer.status_code == 404
            assert "Vi kjenner ikke" in answer.text
    assert (await visitor.get("/partners/sign-in/..%2F..")).status_code == 404


async def test_a_scanner_that_opens_every_link_takes_nothing_away(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    owner = await asking(partners)
    path = await link(partners)
    async with partners.visitor() as scanner:
        for method in ("GET", "HEAD", "GET"):
            await scanner.request(method, path)
    assert await rows(partners, Session) == 0
    assert (await owner.post(path)).status_code == 303


async def test_refused_links_of_known_people_stand_in_the_audit(partners: ServiceApp) -> None:
    ask_id = await person(partners, "ask@example.org")
    owner = await asking(partners)
    path = await link(partners)
    async with partners.visitor() as other:
        await other.post(path)
        await other.post("/partners/sign-in/made-up")
    await owner.post(path)
    noted = await noted_of(partners, ask_id)
    assert [(action, changes.get("why") or changes.get("method")) for action, changes in noted] == [
        ("sign_in.refused", [None, "link-elsewhere"]),
        ("session.started", [None, "link"]),
    ]


async def noted_of(partners: ServiceApp, person_id: UUID) -> list[tuple[str, dict[str, list[str | None]]]]:
    """Return what the audit holds of somebody's ways in, oldest first."""
    audit = partners.database.tables.audit
    query = sa.select(audit.c.action, audit.c.changes).where(audit.c.subject_id == person_id).order_by(audit.c.seq)
    kinds = ("sign_in.%", "session.%", "token.%", "passkey.%", "identity.%")
    wanted = query.where(sa.or_(*(audit.c.action.like(kind) for kind in kinds)))
    async with partners.database.reading() as session:
        return [(action, changes) for action, changes in (await (await session.connection()).execute(wanted)).all()]


async def test_somebody_put_out_of_use_cannot_spend_the_link_they_have(partners: ServiceApp) -> None:
    ask_id = await person(partners, "ask@example.org")
    visitor = await asking(partners)
    given = {"name": "Ask", "email": "ask@example.org", "region": "agder", "active": False, "version": 1}
    async with partners.client("national") as national:
        assert (await national.put(f"{API}/people/{ask_id}", json=given)).status_code == 200
    assert (await visitor.post(await link(partners))).status_code == 410


async def test_a_link_leads_back_to_where_it_was_asked_for(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    visitor = await asking(partners, next="/events/1?a=b")
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
    visitor = await asking(partners, next=address)
    answers = [
        await visitor.post(await link(partners)),
        await visitor.get("/partners/session/renew", params={"next": address}),
    ]
    for answer in answers:
        assert httpx.URL("http://koblingsboks.test").join(answer.headers["location"]).host == "koblingsboks.test"
        assert "\n" not in answer.headers["location"]


async def test_a_browser_gets_one_link_a_minute(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    async with partners.visitor() as visitor:
        for seconds in (0, 30, 59, 61, 122):
            with frozen(NOON + timedelta(seconds=seconds)):
                assert (await ask(partners, "ask@example.org", browser=visitor)).status_code == 200
    assert len(await partners.facts(SignInRequested)) == 3


async def test_an_address_is_sent_so_many_links_a_quarter_of_an_hour_and_no_more(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    for minute in range(15):
        with frozen(NOON + timedelta(minutes=minute)):
            answer = await ask(partners, "ask@example.org")
            assert "Se i innboksen din" in answer.text
    assert len(await partners.facts(SignInRequested)) == MOST_FOR_ADDRESS
    with frozen(NOON + timedelta(minutes=15)):
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
        await submit(browser, "/partners/sign-in", email="ask@example.org")
        await submit(browser, await link(partners))
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


async def test_a_session_has_the_rights_of_this_moment(partners: ServiceApp) -> None:
    with frozen(NOON):
        ask_id = await person(partners, "ask@example.org")
        browser = await signed_in(partners)
        assert (await browser.get("/partners/people")).status_code == 403
        async with partners.database.writing() as session:
            await session.exec(sa.text("UPDATE person_grant SET role = 'national', region = NULL"))
            found = await session.get(Person, ask_id)
            assert found is not None
            found.changed()
            await state_people(session, [found])
        page = await browser.get("/partners/people", headers=HTML)
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


async def test_over_https_the_cookies_are_held_to_the_host(secure: ServiceApp) -> None:
    await person(secure, "ask@example.org")
    visitor = await asking(secure)
    cookie = (await visitor.post(await link(secure))).headers.get_list("set-cookie")[-1]
    assert cookie.startswith("__Host-session=")
    for flag in ("Secure", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=604800"):
        assert flag in cookie
    assert "Domain" not in cookie


async def test_without_https_the_cookie_is_still_closed_to_scripts(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    visitor = await asking(partners)
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
