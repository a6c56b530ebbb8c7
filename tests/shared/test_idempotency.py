"""POST once: the same key gives the same answer and one effect, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from tests.shared import tiny, tiny_app

URL = "/cases/api/v1/counters"
KEY = {"Idempotency-Key": "first"}


@pytest.fixture
async def served(database_url: str, tmp_path: Path) -> AsyncIterator[FastAPI]:
    """The tiny service on either database."""
    await tiny.make_tables(database_url)
    app = tiny_app.create_app(tiny.settings(tmp_path, database_url=database_url))
    yield app
    await app.state.resources.database.close()


@pytest.fixture
async def program(served: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of its API."""
    async with tiny_app.client(served) as opened:
        yield opened


async def effects(app: FastAPI) -> int:
    """Return how many facts were recorded."""
    return len(await tiny.rows(app.state.resources.database, tiny.HOUSE.outbox))


async def test_the_same_key_and_body_get_the_first_answer_again(served: FastAPI, program: httpx.AsyncClient) -> None:
    first = await program.post(URL, json={"id": 1, "text": "hei"}, headers=KEY)
    again = await program.post(URL, json={"id": 1, "text": "hei"}, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await effects(served) == 1


async def test_the_same_key_with_another_body_is_refused(served: FastAPI, program: httpx.AsyncClient) -> None:
    await program.post(URL, json={"id": 1}, headers=KEY)
    other = await program.post(URL, json={"id": 2}, headers=KEY)
    assert other.status_code == 422
    assert other.json()["errors"][0]["field"] == "Idempotency-Key"
    assert await effects(served) == 1


async def test_ten_posts_at_once_with_one_key_have_one_effect(served: FastAPI, program: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*[program.post(URL, json={"id": 1}, headers=KEY) for _ in range(10)])
    assert [answer.status_code for answer in answers] == [201] * 10
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == 9
    assert await effects(served) == 1


async def test_a_refused_post_is_not_kept_so_that_it_may_be_tried_again(
    served: FastAPI, program: httpx.AsyncClient
) -> None:
    assert (await program.post(URL, json={"id": 1, "text": "nei"}, headers=KEY)).status_code == 409
    assert await effects(served) == 0
    assert (await program.post(URL, json={"id": 1, "text": "ja"}, headers=KEY)).status_code == 201


async def test_each_caller_has_keys_of_its_own(served: FastAPI, program: httpx.AsyncClient) -> None:
    await program.post(URL, json={"id": 1}, headers=KEY)
    somebody = tiny.actor(tiny.NATIONAL, by_token=True)
    bearer = {"Authorization": f"Bearer {tiny_app.token(served, somebody)}"}
    answer = await program.post(URL, json={"id": 2}, headers={**KEY, **bearer})
    assert answer.status_code == 201
    assert answer.json()["by"] == "Kari Nordmann"


async def test_without_a_key_every_post_counts(served: FastAPI, program: httpx.AsyncClient) -> None:
    assert (await program.post(URL, json={"id": 1})).status_code == 201
    assert (await program.post(URL, json={"id": 2})).status_code == 201
    assert await effects(served) == 2


@pytest.mark.parametrize("key", ["x" * 121, "tab\there"])
async def test_a_key_that_cannot_be_kept_is_refused(program: httpx.AsyncClient, key: str) -> None:
    answer = await program.post(URL, json={"id": 1}, headers={"Idempotency-Key": key})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
