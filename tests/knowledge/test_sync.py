"""The index follows the database: through outages, bad documents, lost indexes and rebuilds, on a real Meilisearch."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import select

from services.knowledge.models import Case, IndexRefusal, IndexState
from services.knowledge.search import sync
from services.knowledge.search.analysis import Analyser
from services.knowledge.search.document import document
from services.knowledge.search.rebuild import BUILDING, rebuild_with
from services.knowledge.usecases import editorial
from tests.knowledge.conftest import a_world
from tests.knowledge.support import World, line, load, national
from tests.support.servers import Meilisearch, meilisearch_server
from tests.support.wait import until


@asynccontextmanager
async def following(world: World) -> AsyncIterator[None]:
    """Run the projection as the service does."""
    task = asyncio.create_task(world.projection.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def is_found(world: World, q: str) -> bool:
    found = await world.search(q=q)
    return not found["degraded"] and found["total"] == 1


@pytest.fixture
async def fragile(sqlite_url: str, tmp_path: Path) -> AsyncIterator[tuple[World, Meilisearch]]:
    """The service with a Meilisearch of its own, to stop and to wipe."""
    with meilisearch_server(tmp_path / "meilisearch") as server:
        async with a_world(sqlite_url, tmp_path, server.url, server.indexer_key, server.search_key) as world:
            yield world, server


async def test_what_is_published_is_found_and_what_is_archived_is_gone(library: World) -> None:
    async with following(library):
        made = await library.publish(title="Varmepumpe")
        await until(lambda: is_found(library, "varmepumpe"), what="the case to be found")
        async with library.database.writing() as session:
            await editorial.archive(session, national(), made.id)

        async def gone() -> bool:
            return (await library.search(q="varmepumpe"))["total"] == 0

        await until(gone, what="the case to be gone")


async def test_what_is_published_while_the_engine_is_down_is_found_when_it_is_back(
    fragile: tuple[World, Meilisearch],
) -> None:
    world, server = fragile
    async with following(world):
        await world.publish(title="Landstrøm")
        await until(lambda: is_found(world, "landstrøm"), what="the first case to be found")
        server.kill()
        await world.publish(title="Solceller")
        started = time.monotonic()
        during = await world.search(q="solceller")
        assert time.monotonic() - started < 2
        assert (during["degraded"], during["total"]) == (True, 1)
        server.launch()
        await until(lambda: is_found(world, "solceller"), timeout=30, what="the second case to be found")


async def test_an_engine_that_hangs_is_not_waited_for(fragile: tuple[World, Meilisearch]) -> None:
    world, server = fragile
    await world.publish(title="Solceller")
    await world.projection.look_after()
    await world.projection.drain()
    server.pause()
    for _attempt in range(3):
        started = time.monotonic()
        found = await world.search(q="solceller")
        assert time.monotonic() - started < 4, "the engine is given a second and a half, and the machine its own time"
        assert (found["degraded"], found["total"]) == (True, 1)
    server.resume()


async def test_an_engine_that_comes_back_empty_is_filled_again(fragile: tuple[World, Meilisearch]) -> None:
    world, _server = fragile
    await load(world.database, [line(f"c{number}") for number in range(20)])
    async with following(world):

        async def all_found() -> bool:
            found = await world.search()
            return (found["degraded"], found["total"]) == (False, 20)

        await until(all_found, timeout=30, what="all cases to be found")
    await world.engine.drop("cases")
    async with following(world):
        await until(all_found, timeout=30, what="all cases to be found again")


async def test_one_bad_document_is_set_aside_and_the_others_are_found(
    library: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await load(library.database, [line(f"c{number}", title=f"Tiltak {number}") for number in range(9)])

    def poisonous(case: Case, regions: Any, analyser: Analyser) -> dict[str, Any]:
        made = document(case, regions, analyser)
        return {**made, "id": "ikke en id!"} if case.external_id == "c4" else made

    monkeypatch.setattr(sync, "document", poisonous)
    assert await library.projection.drain() == 9
    assert await library.projection.drain() == 0, "the bad one is not tried for ever"
    assert (await library.search(q="tiltak"))["total"] == 8
    async with library.database.reading() as session:
        refused = (await session.exec(select(IndexRefusal))).one()
    assert "invalid_document_id" in refused.error
    assert await library.engine.count("cases") == await library.projection._expected()


async def test_a_rebuild_swaps_a_new_index_in_and_loses_no_change_made_meanwhile(library: World) -> None:
    await load(library.database, [line(f"c{number}", title=f"Tiltak {number}") for number in range(30)])
    await library.projection.drain()
    archived = (await library.search())["hits"][0]
    answers: list[bool] = []
    changed = False

    def meanwhile(done: int, total: int) -> None:
        nonlocal changed
        changed = done == total == 30

    async def asking() -> None:
        while True:
            found = await library.search(q="tiltak")
            answers.append(not found["degraded"] and found["total"] >= 29)

    asker = asyncio.create_task(asking())
    rebuilding = asyncio.create_task(rebuild_with(library.engine, library.database, meanwhile))
    await until(lambda: changed, what="the new index to be filled")
    async with library.database.writing() as session:
        await editorial.archive(session, national(), UUID(archived["id"]))
    await library.publish(title="Kom til underveis")
    await library.projection.drain()
    report = await rebuilding
    asker.cancel()
    await asyncio.gather(asker, return_exceptions=True)
    while await library.projection.drain():
        pass
    assert report.documents == 30
    assert not [name for name in await library.engine.names() if name.startswith(BUILDING)]
    assert all(answers)
    assert (await library.search())["total"] == 30
    assert await is_found(library, "underveis")
    assert archived["id"] not in [hit["id"] for hit in (await library.search(per_page=100))["hits"]]


async def test_what_was_sent_before_a_rebuild_does_not_count_after_it(library: World) -> None:
    made = await library.publish()
    generation, batch = await library.projection._take()
    outcome = await library.projection._send(batch)
    await rebuild_with(library.engine, library.database, lambda _done, _all: None)
    await library.projection._mark(generation, batch, outcome, sync.IndexRun())
    case = await library.case(made.id)
    assert case.indexed_version < case.version


async def test_everything_that_came_in_goes_out_together(library: World) -> None:
    for number in range(12):
        await library.publish(title=f"Tiltak {number}")
    assert await library.projection.drain() == 12


async def test_readiness_notices_an_index_that_lost_its_cases(library: World) -> None:
    async def problems() -> dict[str, str]:
        async with library.client() as client:
            found: dict[str, str] = (await client.get("/cases/health/ready")).json()["problems"]
            return found

    assert "search" not in await problems()
    await library.publish()
    await library.projection.drain()
    assert "search" not in await problems()
    await library.engine.drop("cases")
    await library.engine.create("cases")
    assert "finds nothing" in (await problems())["search"]


async def test_an_index_that_was_made_otherwise_is_built_anew(library: World) -> None:
    await library.projection.look_after()
    await load(library.database, [line("a", title="Elbuss")])
    await library.projection.drain()
    before = await library.engine._birthday("cases")
    await library.projection.look_after()
    assert await library.engine._birthday("cases") == before
    async with library.database.writing() as session:
        await session.exec(sa.update(IndexState).values(form="of old"))
    await library.projection.look_after()
    after = await library.engine._birthday("cases")
    assert after != before
    await library.projection.drain()
    assert await library.titles(q="elbuss") == ["Elbuss"]
    await library.projection.look_after()
    assert await library.engine._birthday("cases") == after
