"""Slots: a place only one process may hold at a time, freed by the system itself when that process dies; and what transactions
agree on, held until they end."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db.engine import is_sqlite, sqlite_file


class Slot:
    """A held place. `number` tells which of the equal places it is; :meth:`held` whether it still is ours."""

    def __init__(self, name: str, number: int, connection: AsyncConnection | None) -> None:
        self.name = name
        self.number = number
        self._connection = connection

    async def held(self) -> bool:
        """Whether the place is still ours: false once the database connection that holds it has broken."""
        if self._connection is None:
            return True
        try:
            await self._connection.execute(sa.text("SELECT 1"))
            await self._connection.commit()
        except (sa.exc.DBAPIError, OSError):
            return False
        return True


@asynccontextmanager
async def slot(engine: AsyncEngine, name: str, places: int = 1) -> AsyncIterator[Slot | None]:
    """Yield the first free of `places` slots called `name`, or None where all are taken."""
    taken = _file_slot(engine, name, places) if is_sqlite(str(engine.url)) else _advisory_slot(engine, name, places)
    async with taken as got:
        yield got


@asynccontextmanager
async def _file_slot(engine: AsyncEngine, name: str, places: int) -> AsyncIterator[Slot | None]:
    database = sqlite_file(str(engine.url))
    for number in range(places):
        lock = FileLock(database.with_name(f"{database.name}.{name}-{number}.lock"), is_singleton=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        try:
            yield Slot(name, number, None)
        finally:
            lock.release()
        return
    yield None


@asynccontextmanager
async def _advisory_slot(engine: AsyncEngine, name: str, places: int) -> AsyncIterator[Slot | None]:
    async with engine.connect() as connection:
        for number in range(places):
            key = _key(f"{name}-{number}")
            got = (await connection.execute(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": key})).scalar_one()
            await connection.commit()
            if not got:
                continue
            try:
                yield Slot(name, number, connection)
            finally:
                # Closing for good, not returning to the pool: the lock lives as long as the connection.
                await connection.invalidate()
            return
    yield None


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)


async def hold(session: AsyncSession, what: str, *, together: bool = False) -> None:
    """Hold `what` until the transaction ends: alone, or `together` with others who do so too. SQLite has one writer anyway."""
    connection = await session.connection()
    if connection.dialect.name == "postgresql":
        lock = sa.func.pg_advisory_xact_lock_shared if together else sa.func.pg_advisory_xact_lock
        await connection.execute(sa.select(lock(_key(what))))
