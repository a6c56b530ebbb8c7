"""Changing over to a new index and back, and what the comparison with the database finds, on a real Meilisearch."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.knowledge.models import Case
from services.knowledge.search import rebuild
from services.knowledge.search.comparing import compare
from services.knowledge.search.document import document
from services.knowledge.search.index import INDEX
from services.knowledge.search.meaning import standard
from services.knowledge.search.rebuild import (
    BEFORE,
    BUILDING,
    STAMP,
    CanariesMissing,
    NothingBefore,
    rebuild_with,
    tidy,
)
from shared.clock import frozen, now
from tests.knowledge.support import World, line, load

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def three(library: World) -> World:
    await library.projection.look_after()
    await load(library.database, [line(name, title=f"Tiltak {name}") for name in ("a", "b", "c")])
    while await library.projection.drain():
        pass
    return library


async def indexes(library: World, prefix: str) -> list[str]:
    return [name for name in await library.engine.names() if name.startswith(prefix)]


async def test_the_index_in_use_before_is_kept_and_gone_back_to(three: World) -> None:
    first = await three.engine._birthday(INDEX)
    await rebuild_with(three.engine, three.database)
    assert await three.engine._birthday(INDEX) != first
    assert len(await indexes(three, BEFORE)) == 1
    assert await indexes(three, BUILDING) == []
    await three.publish(title="Tiltak d, som kom etterpå")
    await three.projection.drain()
    await rebuild.roll_back(three.database, three.resources.settings)  # type: ignore[arg-type]
    assert await three.engine._birthday(INDEX) == first
    while await three.projection.drain():
        pass
    assert (await three.search(q="tiltak"))["total"] == 4
    assert not await compare(three.database, three.engine)


async def test_only_one_old_index_is_kept_and_for_a_day(three: World) -> None:
    await rebuild_with(three.engine, three.database)
    await rebuild_with(three.engine, three.database)
    assert len(await indexes(three, BEFORE)) == 1
    await three.engine.create(f"{BEFORE}{LONG_AGO:{STAMP}}")
    await three.engine.create(f"{BUILDING}{LONG_AGO:{STAMP}}")
    await tidy(three.engine)
    assert len(await indexes(three, BEFORE)) == 1
    assert await indexes(three, BUILDING) == []


async def test_there_is_nothing_to_go_back_to_before_the_first_rebuild(three: World) -> None:
    with pytest.raises(NothingBefore):
        await rebuild.roll_back(three.database, three.resources.settings)  # type: ignore[arg-type]


async def test_a_new_index_that_does_not_find_its_cases_is_not_taken(
    three: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with three.database.writing() as session:
        await session.exec(sa.update(Case).values(updated_at=LONG_AGO))
    monkeypatch.setattr(
        rebuild, "document", lambda *given: {**document(*given), "title": "", "summary": "", "h_title": ""}
    )
    first = await three.engine._birthday(INDEX)
    with pytest.raises(CanariesMissing):
        await rebuild_with(three.engine, three.database)
    assert await three.engine._birthday(INDEX) == first
    assert (await three.search(q="tiltak"))["total"] == 3


async def test_the_comparison_finds_what_is_missing_stale_and_too_many_and_mends_it(three: World) -> None:
    assert not await compare(three.database, three.engine)
    ids = {hit["external_id"]: hit["id"] for hit in (await three.search())["hits"]}
    kept = await three.case(UUID(ids["b"]))
    stranger = Case(title="Fremmed", summary="Skal ikke være her.", region="agder", language="nb", published_at=now())
    await three.engine.finished(await three.engine.remove(INDEX, [ids["a"]]))
    old = {**document(kept, {}, standard()), "version": 0}
    odd = document(stranger, {}, standard())
    await three.engine.finished(await three.engine.add(INDEX, [old, odd]))
    found = await compare(three.database, three.engine)
    assert [str(one) for one in found.missing] == [ids["a"]]
    assert [str(one) for one in found.stale] == [ids["b"]]
    assert found.surplus == {stranger.id}
    await three.projection.compare()
    while await three.projection.drain():
        pass
    assert not await compare(three.database, three.engine)
    assert (await three.search())["total"] == 3


async def test_what_waits_to_be_sent_is_no_difference(three: World) -> None:
    with frozen(now()):
        await three.publish(title="Nettopp publisert")
    assert not await compare(three.database, three.engine)
