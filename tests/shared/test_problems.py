"""Errors: a page for people, problem+json for programs, and never what went on inside."""

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from shared.db.session import Database
from shared.errors import Forbidden
from shared.web.problems import TITLES

KINDS = {"404": 404, "403": 403, "409": 409, "503": 503}


def told(answer: httpx.Response, status: int) -> dict[str, object]:
    """Return the problem an API answered with."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = answer.json()
    assert body["status"] == status
    assert body["title"]
    return body


@pytest.mark.parametrize(("what", "status"), KINDS.items())
async def test_a_refusal_is_a_page_for_people(visitor: httpx.AsyncClient, what: str, status: int) -> None:
    answer = await visitor.get(f"/cases/fails/{what}")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert f'<h1 class="ds-heading kb-title">{TITLES[status]}</h1>' in answer.text


@pytest.mark.parametrize(("what", "status"), {**KINDS, "401": 401}.items())
async def test_a_refusal_is_problem_json_for_programs(visitor: httpx.AsyncClient, what: str, status: int) -> None:
    body = told(await visitor.get(f"/cases/api/v1/fails/{what}"), status)
    assert body["code"]
    assert body["detail"]


@pytest.mark.parametrize("path", ["/cases/fails/500", "/cases/api/v1/fails/500"])
async def test_a_fault_tells_nothing_of_what_went_on_inside(visitor: httpx.AsyncClient, path: str) -> None:
    answer = await visitor.get(path)
    assert answer.status_code == 500
    for secret in ("hemmelig", "RuntimeError", "Traceback", "tiny_app"):
        assert secret not in answer.text


async def test_the_log_names_the_route_of_a_fault_and_none_of_whom_it_was_about(
    visitor: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    await visitor.get("/cases/fails/500")
    said = [record.getMessage() for record in caplog.records if record.name == "shared.web.problems"]
    assert said == ["GET /cases/fails/{what} failed"]


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/cases/nowhere", 404), ("DELETE", "/cases", 405)])
async def test_what_is_not_there_is_a_page(visitor: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    answer = await visitor.request(method, path)
    assert answer.status_code == status
    assert TITLES[status] in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/cases/api/v1/nowhere", 404), ("DELETE", "/cases/api/v1/counters", 405)],
)
async def test_what_the_api_has_not_is_problem_json(
    visitor: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await visitor.request(method, path)
    told(answer, status)
    assert ("allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"id": 0}', "id"),
        (b'{"id": "x"}', "id"),
        (b"{}", "id"),
        (b"[]", ""),
        (b"not json", ""),
        (b"\xff\xfe", ""),
        (b'{"id": 1, "text": "a\\u0000b"}', ""),
        (b'{"id": 1, "text": "half \\ud800 pair"}', ""),
        (b'{"id": 1, "\\ud800": "key"}', ""),
        (b'{"id": 1e400}', "id"),
        (b'{"id": NaN}', "id"),
    ],
)
async def test_wrong_input_names_the_field(visitor: httpx.AsyncClient, body: bytes, field: str) -> None:
    answer = await visitor.post("/cases/api/v1/counters", content=body, headers={"Content-Type": "application/json"})
    problem = told(answer, 422)
    errors = problem["errors"]
    assert isinstance(errors, list)
    assert errors
    assert field in [error["field"] for error in errors] or not field


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"id": ' + b"9" * 5_000 + b"}"], ids=["deep", "long number"])
async def test_json_that_no_parser_takes_is_a_bad_request(visitor: httpx.AsyncClient, body: bytes) -> None:
    answer = await visitor.post("/cases/api/v1/counters", content=body, headers={"Content-Type": "application/json"})
    told(answer, 400)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
async def test_a_page_that_has_no_more_to_say_says_no_more(visitor: httpx.AsyncClient, language: str) -> None:
    page = await visitor.get("/cases/nowhere", headers={"Accept-Language": language})
    problem = await visitor.get("/cases/api/v1/nowhere", headers={"Accept-Language": language})
    assert "Content-Type:" not in page.text
    assert problem.json()["detail"] == ""


async def test_a_wrong_address_of_a_page_is_a_page_that_is_not_there(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/cases?page=0")).status_code == 422
    assert (await visitor.get("/cases?page=x")).status_code == 422


@pytest.mark.parametrize("language", ["nn", "en"])
async def test_errors_are_in_the_readers_language(visitor: httpx.AsyncClient, language: str) -> None:
    asked = {"Accept-Language": language}
    page = await visitor.get("/cases/fails/403", headers=asked)
    problem = told(await visitor.get("/cases/api/v1/fails/403", headers=asked), 403)
    assert page.headers["content-language"] == language
    assert str(problem["title"]) in page.text
    assert problem["title"] != TITLES[403] or language == "nn"
    assert problem["detail"] != Forbidden.text or language == "nn"


async def test_a_busy_database_is_unavailable_and_not_a_fault(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_database: Database) -> None:
        raise OperationalError("BEGIN", {}, ConnectionRefusedError())

    monkeypatch.setattr(Database, "writing", away)
    body = told(await visitor.post("/cases/api/v1/counters", json={"id": 1}), 503)
    assert body["code"] == "unavailable"
