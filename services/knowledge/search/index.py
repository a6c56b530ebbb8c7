"""The index: its settings, its creation, and building it anew beside the old one."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import Case, IndexState
from services.knowledge.queries import regions
from services.knowledge.search.document import document
from services.knowledge.search.engine import Engine
from services.knowledge.search.meaning import standard
from services.knowledge.search.norwegian import DATA
from services.knowledge.settings import KnowledgeSettings
from shared.clock import now
from shared.db.locks import slot
from shared.db.session import Database, ring

INDEX = "cases"
BATCH = 1_000
MOST_HITS = 1_000
MADE = "1"
"""To be raised where documents are made otherwise than before and neither the settings nor the data of the analysis tell."""
MARGIN = timedelta(minutes=2)
"""How far the clocks of those who write and of whoever rebuilds may differ."""

SHOWN = (
    "id", "external_id", "title", "summary", "region", "language", "focus_areas", "scopes", "sector", "measure_types",
    "year_start", "year_end", "project_status", "tco2e_per_year", "organisation_id", "owner_name", "published_at",
    "other_languages",
)  # fmt: skip

TERMS = "terms"
"""The attribute by whose weights hits are put in order."""
WRITTEN = (
    "title", "summary", "measure_types", "owner_name", "places", "challenge", "solution", "results", "lessons", "h_spelling"
)  # fmt: skip
ANALYSED = ("h_title", "h_body")
"""What is searched as it was written, and what as it was analysed."""

SETTINGS: dict[str, Any] = {
    "searchableAttributes": [*WRITTEN, *ANALYSED],
    "displayedAttributes": [*SHOWN, TERMS],
    "filterableAttributes": [
        "region", "focus_areas", "scopes", "sector", "measure_types", "years", "project_status", "language"
    ],
    "sortableAttributes": ["published_at", "tco2e_per_year", "title_key"],
    "rankingRules": ["sort", "words", "typo", "proximity", "attribute", "exactness"],
    "typoTolerance": {"enabled": True, "minWordSizeForTypos": {"oneTypo": 5, "twoTypos": 9}, "disableOnNumbers": True,
        "disableOnAttributes": [*ANALYSED]},
    "faceting": {"maxValuesPerFacet": 200, "sortFacetValuesBy": {"*": "count"}},
    "pagination": {"maxTotalHits": MOST_HITS},
}  # fmt: skip


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild did."""

    documents: int
    seconds: float


class RebuildRuns(Exception):
    """Another rebuild is under way."""


class CountsDiffer(Exception):
    """The new index does not hold what was sent to it; the old one stays in use."""


async def ensure(engine: Engine) -> bool:
    """Have the index there with today's settings; returns whether it had to be made, and so is empty. May run again and again."""
    missing = not await engine.exists(INDEX)
    if missing:
        await engine.create(INDEX)
    await engine.configure(INDEX, SETTINGS)
    return missing


async def rebuild(database: Database, settings: KnowledgeSettings, progress: Callable[[int, int], None]) -> Rebuilt:
    """Build the index anew from the database and swap it in; search stays up all the while.

    `progress` gets how many documents are in and how many there will be. Cases that change meanwhile are sent again afterwards
    by the running service. Raises EngineAway, TaskFailed, CountsDiffer and RebuildRuns; the index in use is then untouched.
    """
    engine = Engine(settings.meili_url, settings.index_key)
    try:
        return await rebuild_with(engine, database, progress)
    finally:
        engine.close()


async def rebuild_with(engine: Engine, database: Database, progress: Callable[[int, int], None]) -> Rebuilt:
    """Rebuild through an engine at hand; see :func:`rebuild`."""
    async with slot(database.writer, "reindex") as held:
        if held is None:
            raise RebuildRuns("another rebuild is under way")
        return await _rebuild(database, engine, progress)


async def _rebuild(database: Database, engine: Engine, progress: Callable[[int, int], None]) -> Rebuilt:
    started = now()
    await _drop_leftovers(engine)
    await ensure(engine)
    fresh = f"{INDEX}_{started:%Y%m%d%H%M%S%f}"
    await engine.create(fresh)
    await engine.configure(fresh, SETTINGS)
    sent = await _fill(database, engine, fresh, progress)
    held = await engine.count(fresh)
    if held != sent:
        raise CountsDiffer(f"{sent} documents were sent, and {fresh} holds {held}")
    await engine.swap(INDEX, fresh)
    await _resend(database, since=started - MARGIN)
    await engine.drop(fresh)
    return Rebuilt(sent, (now() - started).total_seconds())


async def _fill(database: Database, engine: Engine, index: str, progress: Callable[[int, int], None]) -> int:
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


async def resend_everything(database: Database) -> None:
    """Have every public case sent anew, because the index was lost."""
    async with database.writing() as session:
        await next_generation(session)
        public = sa.update(Case).where(col(Case.status) == "published")
        await (await session.connection()).execute(public.values(indexed_version=0))


@lru_cache(1)
def form() -> str:
    """Return what tells documents that are made as today's code and thesaurus make them."""
    said = [
        json.dumps(SETTINGS, sort_keys=True),
        *(file.read_text("utf-8") for file in sorted(DATA.iterdir(), key=str)),
    ]
    return sha256("\n".join((MADE, *said)).encode()).hexdigest()[:16]


async def next_generation(session: AsyncSession) -> None:
    """Count what was sent before now as sent to another index."""
    state = sa.update(IndexState).values(generation=IndexState.generation + 1, rebuilt_at=now(), form=form())
    await (await session.connection()).execute(state)


async def _drop_leftovers(engine: Engine) -> None:
    for name in await engine.names():
        if name.startswith(f"{INDEX}_"):
            await engine.drop(name)
