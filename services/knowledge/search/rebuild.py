"""Building the index anew beside the one in use, changing over in one instant, and back within a day."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from services.knowledge.models import Case
from services.knowledge.queries import regions
from services.knowledge.search.document import document
from services.knowledge.search.engine import Engine
from services.knowledge.search.index import BATCH, INDEX, SETTINGS, ensure, next_generation
from services.knowledge.search.meaning import standard
from services.knowledge.settings import KnowledgeSettings
from shared.clock import now
from shared.db.locks import slot
from shared.db.session import Database, ring

MARGIN = timedelta(minutes=2)
"""How far the clocks of those who write and of whoever rebuilds may differ."""
KEPT = timedelta(days=1)
"""For so long the index that was in use before is kept, to go back to."""
CANARIES = 5
STAMP = "%Y%m%d%H%M%S%f"
BUILDING, BEFORE = f"{INDEX}_new_", f"{INDEX}_old_"
"""What the names of indexes begin with that are being built, and that were in use before; the moment comes after it."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild did."""

    documents: int
    seconds: float


class RebuildRuns(Exception):
    """Another rebuild is under way."""


class CountsDiffer(Exception):
    """The new index does not hold what was sent to it; the old one stays in use."""


class CanariesMissing(Exception):
    """The new index does not find cases that are in it by their titles; the old one stays in use."""


class NothingBefore(Exception):
    """No index is kept that could be gone back to."""


async def rebuild(database: Database, settings: KnowledgeSettings, progress: Progress) -> Rebuilt:
    """Build the index anew from the database and change over to it; search stays up all the while.

    `progress` gets how many documents are in and how many there will be. Cases that change meanwhile are sent again afterwards
    by the running service. The old index is kept for a day. Raises EngineAway, TaskFailed, CountsDiffer, CanariesMissing and
    RebuildRuns; the index in use is then untouched.
    """
    with closing(_engine(settings)) as engine:
        return await rebuild_with(engine, database, progress)


async def rebuild_with(engine: Engine, database: Database, progress: Progress = lambda _done, _all: None) -> Rebuilt:
    """Rebuild through an engine at hand; see :func:`rebuild`."""
    async with _alone(database):
        return await _rebuild(database, engine, progress)


async def roll_back(database: Database, settings: KnowledgeSettings) -> datetime:
    """Go back to the index that was in use before the last change, and send it what has changed since; returns that moment.

    Raises EngineAway, TaskFailed, NothingBefore and RebuildRuns.
    """
    with closing(_engine(settings)) as engine:
        async with _alone(database):
            return await _roll_back(database, engine)


async def tidy(engine: Engine) -> None:
    """Drop indexes that were left half built, and those that were in use more than a day ago."""
    for name in await engine.names():
        built = name.startswith(BUILDING) and _moment(name, BUILDING) < now() - KEPT
        if built or (name.startswith(BEFORE) and _moment(name, BEFORE) < now() - KEPT):
            await engine.drop(name)


def _engine(settings: KnowledgeSettings) -> Engine:
    return Engine(settings.meili_url, settings.index_key, settings.search_key)


@asynccontextmanager
async def _alone(database: Database) -> AsyncIterator[None]:
    async with slot(database.writer, "reindex") as held:
        if held is None:
            raise RebuildRuns("another rebuild is under way")
        yield


async def _rebuild(database: Database, engine: Engine, progress: Progress) -> Rebuilt:
    started = now()
    for name in await engine.names():
        if name.startswith(BUILDING):
            await engine.drop(name)
    await ensure(engine)
    fresh = f"{BUILDING}{started:{STAMP}}"
    await engine.create(fresh)
    await engine.configure(fresh, SETTINGS)
    sent = await _fill(database, engine, fresh, progress)
    held = await engine.count(fresh)
    if held != sent:
        raise CountsDiffer(f"{sent} documents were sent, and {fresh} holds {held}")
    await _try_canaries(database, engine, fresh, since=started - MARGIN)
    await engine.swap(INDEX, fresh)
    await _resend(database, since=started - MARGIN)
    await _keep(engine, fresh, f"{BEFORE}{started:{STAMP}}")
    return Rebuilt(sent, (now() - started).total_seconds())


async def _keep(engine: Engine, swapped_out: str, name: str) -> None:
    """Keep the index that was in use, and only that one."""
    for older in await engine.names():
        if older.startswith(BEFORE):
            await engine.drop(older)
    await engine.create(name)
    await engine.swap(swapped_out, name)
    await engine.drop(swapped_out)


async def _roll_back(database: Database, engine: Engine) -> datetime:
    kept = sorted(name for name in await engine.names() if name.startswith(BEFORE))
    if not kept:
        raise NothingBefore("no index is kept from before; it is for a day")
    since = _moment(kept[-1], BEFORE)
    await engine.swap(INDEX, kept[-1])
    await _resend(database, since=since - MARGIN)
    return since


def _moment(name: str, prefix: str) -> datetime:
    return datetime.strptime(name.removeprefix(prefix), STAMP).replace(tzinfo=UTC)


async def _try_canaries(database: Database, engine: Engine, index: str, since: datetime) -> None:
    """Look for a few cases by their titles, those that have not changed meanwhile."""
    rows = select(Case.id, Case.title).where(col(Case.status) == "published", col(Case.updated_at) < since)
    async with database.reading() as session:
        known = (await session.exec(rows.order_by(col(Case.published_at).desc()).limit(CANARIES))).all()
    for case_id, title in known:
        if str(case_id) not in await engine.found(index, title):
            raise CanariesMissing(f"{index} does not find «{title}»")


async def _fill(database: Database, engine: Engine, index: str, progress: Progress) -> int:
    async with database.reading() as session:
        total = (await session.exec(select(sa.func.count()).where(Case.status == "published"))).one()
    sent, tasks = 0, []
    async for documents in _documents(database):
        tasks.append(await engine.add(index, documents))
        sent += len(documents)
        if len(tasks) > 1:
            await engine.finished(tasks[-2])
        progress(sent, max(total, sent))
    for task in tasks[-2:]:
        await engine.finished(task)
    return sent


async def _documents(database: Database) -> AsyncIterator[list[dict[str, Any]]]:
    last = UUID(int=0)
    while True:
        async with database.reading() as session:
            known = await regions(session)
            query = select(Case).where(Case.status == "published", col(Case.id) > last).order_by(col(Case.id))
            rows = (await session.exec(query.limit(BATCH))).all()
        if not rows:
            return
        last = rows[-1].id
        yield await asyncio.to_thread(lambda: [document(row, known, standard()) for row in rows])  # noqa: B023


async def _resend(database: Database, since: datetime) -> None:
    async with database.writing() as session:
        await next_generation(session)
        changed = sa.update(Case).where(
            col(Case.status).in_(("published", "archived")),
            sa.or_(col(Case.updated_at) >= since, col(Case.indexed_version) < col(Case.version)),
        )
        await (await session.connection()).execute(changed.values(indexed_version=0))
        ring(session, "search")
