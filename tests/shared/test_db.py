"""The databases: nothing is lost between processes, readers cannot write, a failed unit of work leaves no trace."""

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import select

from shared.contracts.message import Fact
from shared.db import engine
from shared.db import session as sessions
from shared.db.engine import locked_out
from shared.db.session import Database, ring
from shared.outbox import record
from tests.shared import tiny

PROCESSES = 4
EACH = 100


def count_up(url: str, times: int) -> None:
    """Read a counter and write it one higher, so many times, each in its own transaction."""
    asyncio.run(_count_up(url, times))


async def _count_up(url: str, times: int) -> None:
    database = Database(url, tiny.HOUSE)
    for _ in range(times):
        async with database.writing() as session:
            counter = await session.get(tiny.Counter, 1, with_for_update=True)
            assert counter is not None
            counter.value += 1
            session.add(counter)
    await database.close()


async def test_four_processes_that_read_and_write_400_times_lose_nothing(database_url: str) -> None:
    database = await tiny.opened(database_url)
    async with database.writing() as session:
        session.add(tiny.Counter(id=1))

    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn")) as pool:
        loop = asyncio.get_running_loop()
        await asyncio.gather(*[loop.run_in_executor(pool, count_up, database_url, EACH) for _ in range(PROCESSES)])

    async with database.reading() as session:
        counter = await session.get(tiny.Counter, 1)
    assert counter is not None
    assert counter.value == PROCESSES * EACH
    await database.close()


async def test_a_reading_session_refuses_to_write(database: Database) -> None:
    async with database.reading() as session:
        session.add(tiny.Counter(id=1))
        with pytest.raises(DBAPIError):
            await session.flush()


async def test_a_row_must_belong_to_one_that_exists(database: Database) -> None:
    async def orphan() -> None:
        async with database.writing() as session:
            session.add(tiny.Part(id=1, counter_id=99))

    with pytest.raises(IntegrityError):
        await orphan()


async def test_a_unit_of_work_that_fails_changes_nothing_says_nothing_and_rings_no_bell(database: Database) -> None:
    async def fails() -> None:
        async with database.writing() as session:
            session.add(tiny.Counter(id=1))
            await record(session, tiny.organisation())
            ring(session, "mine")
            raise RuntimeError("after the change")

    with pytest.raises(RuntimeError, match="after the change"):
        await fails()

    async with database.reading() as session:
        assert await session.get(tiny.Counter, 1) is None
    assert await tiny.rows(database, tiny.HOUSE.outbox) == []
    assert not database.bell("mine").is_set()
    assert not database.bell("outbox").is_set()


async def test_the_bell_rings_once_the_change_is_committed(database: Database) -> None:
    async with database.writing() as session:
        await record(session, tiny.organisation())
        assert not database.bell("outbox").is_set()
    assert database.bell("outbox").is_set()


async def test_facts_stand_in_the_outbox_in_the_order_they_were_recorded(database: Database) -> None:
    said: list[Fact] = [tiny.organisation(version) for version in range(1, 6)]
    async with database.writing() as session:
        await record(session, *said[:3])
        await record(session, *said[3:])
    kept = sorted(await tiny.rows(database, tiny.HOUSE.outbox), key=lambda row: row.seq)
    assert [row.message_id for row in kept] == [fact.id for fact in said]
    assert [row.published_at for row in kept] == [None] * 5


async def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    async with database.writing() as writing:
        writing.add(tiny.Counter(id=1))
        await writing.flush()
        async with asyncio.timeout(2), database.reading() as reading:
            assert await reading.get(tiny.Counter, 1) is None


async def test_a_busy_database_is_told_from_a_wrong_statement(database: Database) -> None:
    async with database.reading() as session:
        with pytest.raises(DBAPIError) as missing:
            await (await session.connection()).execute(sa.text("SELECT * FROM no_such_table"))
    busy = sa.exc.OperationalError("UPDATE", {}, TimeoutError("database is locked"))
    assert locked_out(busy)
    assert locked_out(ConnectionRefusedError())
    assert not locked_out(missing.value)
    assert not locked_out(ValueError("something else"))


async def test_writers_of_one_process_wait_in_line_and_none_is_turned_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 0)
    database = await tiny.opened(f"sqlite+aiosqlite:///{tmp_path / 'tiny.db'}")
    turns: list[int] = []

    async def write(number: int) -> None:
        async with database.writing() as session:
            session.add(tiny.Counter(id=number))
            await session.flush()
            await session.exec(select(tiny.Counter))
            turns.append(number)

    await asyncio.gather(*(write(number) for number in range(20)))
    assert turns == list(range(20))
    await database.close()


async def test_whoever_stands_in_line_too_long_is_told_that_the_database_is_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "LINE_SECONDS", 0.01)
    database = await tiny.opened(f"sqlite+aiosqlite:///{tmp_path / 'tiny.db'}")
    async with database.writing():
        with pytest.raises(TimeoutError) as busy:
            async with database.writing():
                raise AssertionError("two at once")
    assert locked_out(busy.value)
    async with database.writing() as session:
        session.add(tiny.Counter(id=1))
    await database.close()
