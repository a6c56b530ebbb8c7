"""The unit of work: one transaction per request, message or job, opened and closed by the door."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.db.base import HouseTables
from shared.db.engine import is_sqlite, reading_engine, writing_engine

TABLES = "house_tables"
WAKE = "wake"
LAST = "last"
LINE_SECONDS = 30.0
"""How long a writer stands in line before it is told that the database is busy."""
Last = Callable[[AsyncSession], Awaitable[None]]


class Line:
    """Where the writers of one process wait for SQLite's one place, first come first served.

    SQLite itself has whoever finds it taken look again now and then: among several, some never find it free.
    """

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> None:
        async with asyncio.timeout(LINE_SECONDS):
            await self._lock.acquire()

    async def __aexit__(self, *_error: object) -> None:
        self._lock.release()


class Database:
    """One service's database: sessions to write and to read, and a bell per background loop that is rung after a commit."""

    def __init__(self, url: str, tables: HouseTables) -> None:
        self.url = url
        self.tables = tables
        self._writer: AsyncEngine = writing_engine(url)
        self._reader: AsyncEngine = reading_engine(url)
        self._line: AbstractAsyncContextManager[None] = Line() if is_sqlite(url) else nullcontext()
        self._bells: dict[str, asyncio.Event] = {}

    @property
    def writer(self) -> AsyncEngine:
        """The engine for changes."""
        return self._writer

    def bell(self, name: str) -> asyncio.Event:
        """Return the bell `name`: set after each commit whose session asked for it with :func:`ring`."""
        return self._bells.setdefault(name, asyncio.Event())

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Yield a session whose changes are committed at the end, all or none.

        On SQLite those of one process wait in line for it; raises TimeoutError, which is answered 503, where the line is too long.
        """
        info: dict[str, Any] = {TABLES: self.tables, WAKE: set(), LAST: {}}
        async with self._line, AsyncSession(self._writer, expire_on_commit=False, info=info) as session:
            async with session.begin():
                yield session
                for finish in session.info[LAST].values():
                    await finish(session)
            for name in session.info[WAKE]:
                self.bell(name).set()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Yield a session for questions; the database refuses changes through it."""
        async with AsyncSession(
            self._reader, expire_on_commit=False, info={TABLES: self.tables, WAKE: set()}
        ) as session:
            yield session

    async def close(self) -> None:
        """Give all connections back."""
        await self._writer.dispose()
        await self._reader.dispose()


def tables_of(session: AsyncSession) -> HouseTables:
    """Return the house's tables of the service `session` belongs to."""
    tables: HouseTables = session.info[TABLES]
    return tables


def ring(session: AsyncSession, name: str) -> None:
    """Ask for the bell `name` to be rung once `session` has committed."""
    session.info[WAKE].add(name)


def at_last(session: AsyncSession, name: str, finish: Last) -> None:
    """Have `finish` called once, however often it is asked for under `name`, when all else in `session` is done and before it commits."""
    session.info[LAST].setdefault(name, finish)
