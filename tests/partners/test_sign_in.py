"""Signing in by a link that works once, in the browser that asked for it, and says why where it does not."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from starlette.types import Message, Send

from services.partners.models import Session, SignInCount
from shared.clock import frozen
from shared.contracts.partners import SignInRequested
from tests.partners.signing import NOON, ask, asking, link, noted_of, rows, shown
from tests.partners.support import API, person
from tests.support.apps import ServiceApp

MOST_FOR_ADDRESS = 5
MOST_FROM_CLIENT = 120


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
    assert (answer.status_code, answer.headers["location"]) == (303, "/partners/work")
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
