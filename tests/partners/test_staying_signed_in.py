"""Sessions: renewed on the way to a page, over in time, and ended everywhere at once."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from services.partners.models import Person, Session, SignInRequest
from services.partners.usecases.statements import state_people
from shared.clock import frozen, now
from shared.contracts.partners import SessionEnded
from tests.partners.signing import NOON, asking, link, rows, signed_in, submit
from tests.partners.support import HTML, person, stored
from tests.support.apps import ServiceApp, service_app

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


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


async def test_a_form_that_stood_open_for_an_hour_is_not_lost(partners: ServiceApp) -> None:
    ask_id = await person(partners, "ask@example.org")
    with frozen(NOON):
        browser = await signed_in(partners)
        form = (await browser.get("/partners/me")).text
    given = dict(re.findall(r'<input type="hidden" name="(csrf_token|version)" value="(\w+)"', form))
    typed = {**given, "name": 'Ask <b>"Ny"</b>', "language": "nb", "focus_areas": ["energy", "nature"]}
    with frozen(NOON + timedelta(hours=2)):
        kept = await browser.post("/partners/me", data=typed, headers=HTML)
        assert (kept.status_code, kept.headers["cache-control"]) == (401, "no-store")
        again = [(name, unescape(value)) for name, value in HIDDEN.findall(kept.text)]
        assert sorted(again) == sorted((name, one) for name, value in typed.items() for one in _each(value))
        [renew] = re.findall(r'href="(/partners/session/renew[^"]*)"', kept.text)
        assert (await browser.post("/partners/me", data={**typed, "csrf_token": "0" * 32})).status_code == 401
        await browser.get(renew)
        assert (await browser.post("/partners/me", data={**typed, "csrf_token": "0" * 32})).status_code == 403
        assert (await browser.post("/partners/me", data=typed)).status_code == 303
    assert (await stored(partners, ask_id)).name == 'Ask <b>"Ny"</b>'


async def test_only_a_form_of_an_expired_session_is_kept(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    with frozen(NOON):
        browser = await signed_in(partners)
    typed = {"name": "Ikke gjenta"}
    with frozen(NOON + timedelta(hours=2)):
        answers = [
            await browser.post("/partners/me", files={"file": b"Ikke gjenta"}),
            await browser.post("/partners/api/v1/people", data=typed),
            await browser.post("/partners/me", data=typed, headers={"hx-request": "true"}),
        ]
    async with partners.visitor(cookies={"session": "a.b.c"}) as forger, partners.visitor() as visitor:
        answers += [await one.post("/partners/me", data=typed) for one in (forger, visitor)]
    assert [one.status_code for one in answers] == [401, 422, 401, 401, 401]
    assert not [one for one in answers if "Ikke gjenta" in one.text]


def _each(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "æ"])
async def test_a_forged_cookie_is_nobody(partners: ServiceApp, cookie: str) -> None:
    async with partners.visitor(headers={"cookie": f"session={cookie}".encode()}) as visitor:
        page = await visitor.get("/partners/people", headers=HTML, follow_redirects=True)
        listed = await visitor.get("/partners/people", headers={"accept": "application/json"})
        read = await visitor.get("/partners/api/v1/people")
    assert page.url.path == "/partners/sign-in"
    assert listed.status_code == 303
    assert read.status_code == 401


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
