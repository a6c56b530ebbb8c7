"""Slots: one holder, and the place is free again when that holder dies, however it dies."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db.engine import writing_engine
from shared.db.locks import slot
from tests.support.servers import Postgres
from tests.support.wait import until


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """An engine on an empty database."""
    made = writing_engine(database_url)
    yield made
    await made.dispose()


async def test_a_slot_has_one_holder_at_a_time(engine: AsyncEngine) -> None:
    async with slot(engine, "relay") as first:
        assert first is not None
        assert await first.held()
        async with slot(engine, "relay") as second:
            assert second is None
        async with slot(engine, "other") as other:
            assert other is not None
    async with slot(engine, "relay") as again:
        assert again is not None


async def test_of_equal_places_each_holder_gets_its_own_number(engine: AsyncEngine) -> None:
    async with slot(engine, "mail", 2) as one, slot(engine, "mail", 2) as two, slot(engine, "mail", 2) as three:
        assert one is not None
        assert two is not None
        assert (one.number, two.number) == (0, 1)
        assert three is None


async def test_a_slot_is_free_again_after_its_holder_failed(engine: AsyncEngine) -> None:
    async def fails() -> None:
        async with slot(engine, "relay"):
            raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        await fails()
    async with slot(engine, "relay") as again:
        assert again is not None


async def test_a_slot_is_freed_by_killing_the_process_that_holds_it(engine: AsyncEngine, database_url: str) -> None:
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.shared.holder", database_url, "relay", stdout=asyncio.subprocess.PIPE
    )
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"held\n"
    async with slot(engine, "relay") as taken:
        assert taken is None

    holder.send_signal(signal.SIGKILL)
    await holder.wait()

    async def free() -> bool:
        async with slot(engine, "relay") as held:
            return held is not None

    await until(free, what="the slot to be free")


async def test_a_holder_notices_that_the_database_has_let_go_of_it(postgres: Postgres) -> None:
    url = await postgres.create_database("lets_go")
    engine = writing_engine(url)
    async with slot(engine, "relay") as held:
        assert held is not None
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'lets_go'"
        await postgres.execute(ended)

        async def lost() -> bool:
            return not await held.held()

        await until(lost, what="the holder to notice")
        other = writing_engine(url)
        async with slot(other, "relay") as next_holder:
            assert next_holder is not None
        await other.dispose()
    await engine.dispose()
