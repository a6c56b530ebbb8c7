"""What surrounds every request: language, who asks, limits, headers, and a session renewed without ever going in a circle."""

import logging
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from shared.auth.session import RENEW_AFTER
from shared.clock import frozen, now
from shared.web.envelope import BODY_LIMIT, HEADERS
from shared.web.problems import TITLES
from tests.shared import tiny, tiny_app

NAVIGATES = {"Sec-Fetch-Mode": "navigate", "Accept": "text/html"}
EVERY_KIND = ["/cases", "/cases/nowhere", "/cases/fails/500", "/cases/api/v1/fails/500", "/cases/fails/401"]
EVERY_KIND += ["/cases/health/live", "/static/favicon.svg", "/cases?q=%00", "/cases/api/v1/items/x", "/cases/api/docs"]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "nb"),
        ("no", "nb"),
        ("nb-NO", "nb"),
        ("nn-NO", "nn"),
        ("nn", "nn"),
        ("se", "nb"),
        ("se-NO, en;q=0.5", "nb"),
        ("da, en;q=0.9", "nb"),
        ("en-GB,en;q=0.9,no;q=0.8", "en"),
        ("de, fr;q=0.9", "nb"),
        ("de, nn;q=0.3, nb;q=0.2", "nn"),
        ("nb;q=0.2, nn;q=0.9", "nn"),
        ("EN", "en"),
        ("en;q=0, nn;q=0.1", "nn"),
        ("en;q=0", "nb"),
        ("en;q=much, nn;q=0.1", "nn"),
        (";;;,,,q=", "nb"),
        ("en;q=nan", "nb"),
    ],
)
async def test_the_page_is_in_the_language_the_browser_asks_for(
    visitor: httpx.AsyncClient, accepted: str, language: str
) -> None:
    answer = await visitor.get("/cases", headers={"Accept-Language": accepted})
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}"' in answer.text


async def test_a_chosen_language_goes_before_the_browsers_and_is_remembered(visitor: httpx.AsyncClient) -> None:
    chosen = await visitor.get("/cases?lang=nn", headers={"Accept-Language": "en"})
    assert chosen.headers["content-language"] == "nn"
    later = await visitor.get("/cases", headers={"Accept-Language": "en"})
    assert later.headers["content-language"] == "nn"


async def test_a_language_we_do_not_have_is_neither_shown_nor_remembered(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/cases?lang=xx%0d%0aSet-Cookie:evil=1", headers={"Accept-Language": "en"})
    assert answer.headers["content-language"] == "en"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", EVERY_KIND)
async def test_every_answer_carries_the_headers_that_guard_it(visitor: httpx.AsyncClient, path: str) -> None:
    answer = await visitor.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["x-correlation-id"].isalnum()
    assert "unsafe" not in answer.headers["content-security-policy"]


async def test_a_fault_is_logged_under_the_id_the_answer_carries(
    visitor: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    from shared.telemetry.correlation import correlation_id

    seen: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda _record: seen.append(correlation_id.get())  # type: ignore[method-assign]
    logging.getLogger("shared.web.problems").addHandler(handler)
    answer = await visitor.get("/cases/fails/500", headers={"X-Correlation-Id": "abc123"})
    logging.getLogger("shared.web.problems").removeHandler(handler)
    assert answer.headers["x-correlation-id"] == "abc123"
    assert seen == ["abc123"]


@pytest.mark.parametrize("given", ["not-ours", "x" * 65, "æøå", "a b", ""])
async def test_an_id_from_outside_that_could_confuse_the_logs_is_replaced(
    visitor: httpx.AsyncClient, given: str
) -> None:
    answer = await visitor.get("/cases", headers={b"X-Correlation-Id": given.encode()})
    assert UUID(answer.headers["x-correlation-id"])


async def test_https_only_where_people_come_by_https(app: FastAPI, visitor: httpx.AsyncClient) -> None:
    assert "strict-transport-security" not in (await visitor.get("/cases")).headers
    resources = app.state.resources
    settings = tiny.settings(resources.settings.data, base_url="https://koblingsboks.example")
    async with tiny_app.client(tiny_app.create_app(settings)) as secure:
        assert "max-age=31536000" in (await secure.get("/cases")).headers["strict-transport-security"]


@pytest.mark.parametrize("path", ["/cases?q=%00", "/cases?a=1&b=x%00y", "/cases/%00", "/cases/api/v1/items/%00"])
async def test_a_zero_character_in_the_address_is_refused(visitor: httpx.AsyncClient, path: str) -> None:
    assert (await visitor.get(path)).status_code == 400


@pytest.mark.parametrize("path", ["/cases/api/v1/counters", "/cases/form"])
async def test_a_body_larger_than_the_limit_is_refused(visitor: httpx.AsyncClient, path: str) -> None:
    answer = await visitor.post(path, content=b"x" * (BODY_LIMIT + 1))
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/cases/api/v1/counters", "/cases/form"])
async def test_a_body_that_does_not_tell_its_length_is_cut_off(visitor: httpx.AsyncClient, path: str) -> None:
    async def endless():
        for _ in range(BODY_LIMIT // 1_000_000 + 2):
            yield b"a" * 1_000_000

    answer = await visitor.post(path, content=endless(), headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code == (413 if "/api/" in path else 400)


@pytest.mark.parametrize("length", ["-1", "many", "1.5", "9" * 5_000])
async def test_a_length_that_is_no_number_is_refused(visitor: httpx.AsyncClient, length: str) -> None:
    answer = await visitor.post("/cases/form", content=b"", headers={"Content-Length": length})
    assert answer.status_code in (400, 413)


async def test_a_session_in_use_is_renewed_by_a_redirect_that_comes_back(app: FastAPI) -> None:
    with frozen(now() - RENEW_AFTER - timedelta(seconds=1)):
        cookie = tiny_app.token(app, tiny.actor(tiny.NATIONAL))
    async with tiny_app.client(app, cookie=cookie) as browser:
        answer = await browser.get("/cases?page=2&q=a%20b", headers=NAVIGATES)
        assert answer.status_code == 303
        assert answer.headers["location"] == "/partners/session/renew?next=%2Fcases%3Fpage%3D2%26q%3Da%2520b"


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/cases", {"Sec-Fetch-Mode": "cors", "Accept": "text/html"}),
        ("GET", "/cases", {**NAVIGATES, "HX-Request": "true"}),
        ("GET", "/cases/api/v1/items/1", NAVIGATES),
        ("GET", "/cases", {"Accept": "application/json"}),
        ("POST", "/cases/form", NAVIGATES),
    ],
)
async def test_nothing_but_opening_a_page_is_redirected(
    app: FastAPI, method: str, path: str, headers: dict[str, str]
) -> None:
    with frozen(now() - RENEW_AFTER - timedelta(seconds=1)):
        cookie = tiny_app.token(app, tiny.actor(tiny.NATIONAL))
    async with tiny_app.client(app, cookie=cookie) as browser:
        assert (await browser.request(method, path, headers=headers)).status_code != 303


async def test_a_fresh_session_is_not_renewed(app: FastAPI) -> None:
    async with tiny_app.client(app, tiny.actor(tiny.NATIONAL)) as browser:
        answer = await browser.get("/cases", headers=NAVIGATES)
    assert answer.status_code == 200
    assert "Kari Nordmann" in answer.text


@pytest.mark.parametrize("path", ["/partners/session/renew?next=/", "/partners/sign-in", "/partners/sign-out"])
async def test_the_pages_that_renew_and_sign_in_are_never_redirected_to_themselves(app: FastAPI, path: str) -> None:
    async with tiny_app.client(app, cookie="forged") as browser:
        assert (await browser.get(path, headers=NAVIGATES)).status_code == 404


async def test_an_expired_session_is_sent_to_be_renewed_and_is_a_visitor_meanwhile(app: FastAPI) -> None:
    with frozen(now() - timedelta(hours=2)):
        cookie = tiny_app.token(app, tiny.actor(tiny.NATIONAL))
    async with tiny_app.client(app, cookie=cookie) as browser:
        assert (await browser.get("/cases", headers=NAVIGATES)).status_code == 303
        assert "Besøkende" in (await browser.get("/cases", headers={"Accept": "*/*"})).text


async def test_a_program_with_a_bad_token_is_a_visitor_and_not_redirected(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/cases", headers={**NAVIGATES, "Authorization": "Bearer forged"})
    assert answer.status_code == 200
    assert "Besøkende" in answer.text


async def test_a_session_token_is_no_api_token_and_the_other_way_round(app: FastAPI) -> None:
    person, program = tiny.actor(tiny.NATIONAL), tiny.actor(tiny.NATIONAL, by_token=True)
    async with tiny_app.client(app) as browser:
        bearer = {"Authorization": f"Bearer {tiny_app.token(app, person)}"}
        assert "Besøkende" in (await browser.get("/cases", headers=bearer)).text
    async with tiny_app.client(app, cookie=tiny_app.token(app, program)) as browser:
        assert "Besøkende" in (await browser.get("/cases")).text


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "http://testserver.evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://testserver:81"}, False),
    ],
)
async def test_only_our_own_pages_may_change_things(
    visitor: httpx.AsyncClient, headers: dict[str, str], passes: bool
) -> None:
    answer = await visitor.post("/cases/form", data={"name": "Ola"}, headers=headers)
    assert answer.status_code == (303 if passes else 403)


async def test_a_program_with_a_token_may_post_from_anywhere(app: FastAPI, visitor: httpx.AsyncClient) -> None:
    bearer = f"Bearer {tiny_app.token(app, tiny.actor(tiny.NATIONAL, by_token=True))}"
    headers = {"Authorization": bearer, "Origin": "http://elsewhere.example"}
    answer = await visitor.post("/cases/api/v1/counters", json={"id": 1}, headers=headers)
    assert answer.status_code == 201


async def test_a_form_needs_the_token_of_the_session_it_is_sent_in(app: FastAPI) -> None:
    from shared.web import csrf

    key = app.state.resources.keys.link
    mine, other = tiny.actor(tiny.NATIONAL), tiny.actor(tiny.NATIONAL)
    async with tiny_app.client(app, mine) as browser:
        assert f'value="{csrf.token(key, mine)}"' in (await browser.get("/cases")).text
        for given in ("", "forged", "æ", csrf.token(key, other)):
            refused = await browser.post("/cases/form", data={"name": "Ola", "csrf_token": given})
            assert refused.status_code == 403
            assert TITLES[403] in refused.text
        assert (
            await browser.post("/cases/form", data={"name": "Ola", "csrf_token": csrf.token(key, mine)})
        ).status_code == 303
        by_header = {"X-CSRF-Token": csrf.token(key, mine)}
        assert (await browser.post("/cases/form", data={"name": "Ola"}, headers=by_header)).status_code == 303
