"""The projection: whatever the index is behind with is sent to it, and marked once it can be found."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from services.knowledge.models import Case, IndexRefusal, IndexRun, IndexState, Region
from services.knowledge.queries import regions
from services.knowledge.search.comparing import REFUSED, compare, mend
from services.knowledge.search.document import document
from services.knowledge.search.engine import Engine, EngineAway, TaskFailed
from services.knowledge.search.index import BATCH, INDEX, ensure, form, resend_everything
from services.knowledge.search.meaning import standard
from services.knowledge.search.rebuild import rebuild_with, tidy
from shared.clock import now
from shared.db.locks import Slot, slot
from shared.db.session import Database

BELL = "search"
POLL_SECONDS = 1.0
STANDBY_SECONDS = 1.0
DELAYS = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds between attempts while the engine is away."""
LOOK_AFTER_SECONDS = 600.0
COMPARE_SECONDS = 86_400.0
RUNS_KEPT = timedelta(days=14)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outgoing:
    """A case as it is sent: its document, or None where it is to leave the index."""

    case_id: UUID
    version: int
    document: dict[str, Any] | None


@dataclass
class Outcome:
    """What became of a batch: its tasks, what was refused and why, and when the rest could be found."""

    tasks: list[int] = field(default_factory=list)
    refused: dict[UUID, str] = field(default_factory=dict)
    searchable_at: datetime = field(default_factory=now)


class Projection:
    """Keeps the index up with the database, by one process at a time."""

    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine
        self._bell = database.bell(BELL)
        self._compared_at = time.monotonic()

    async def run(self) -> None:
        """Follow until cancelled; waits in line where another process does it already."""
        while True:
            async with slot(self._database.writer, "search-sync") as held:
                if held is not None:
                    await self._follow(held)
            await asyncio.sleep(STANDBY_SECONDS)

    async def _follow(self, held: Slot) -> None:
        failures, checked = 0, -LOOK_AFTER_SECONDS
        while await held.held():
            self._bell.clear()
            try:
                if time.monotonic() - checked >= LOOK_AFTER_SECONDS:
                    await self.look_after()
                    checked = time.monotonic()
                if time.monotonic() - self._compared_at >= COMPARE_SECONDS:
                    await self.compare()
                sent = await self.drain()
            except EngineAway as away:
                log.warning("search index waits: %s", away)
                await asyncio.sleep(DELAYS[min(failures, len(DELAYS) - 1)])
                failures, checked = failures + 1, -LOOK_AFTER_SECONDS
                continue
            failures = 0
            if sent < BATCH:
                await self._pause()

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._bell.wait(), POLL_SECONDS)
        except TimeoutError:
            return

    async def look_after(self) -> None:
        """Have the index there with today's settings, and filled anew where it does not hold what it should."""
        missing = await ensure(self._engine)
        held, expected = await self._engine.count(INDEX), await self._expected()
        if missing or not held:
            await self._made_as_today()
        elif await self._form() != form():
            log.warning("the index was made otherwise than cases are today; it is built anew")
            await rebuild_with(self._engine, self._database)
            return
        if held == expected and not missing:
            return
        if held:
            log.warning("the index holds %d cases where it should hold %d; it is built anew", held, expected)
            await rebuild_with(self._engine, self._database)
        elif expected:
            log.warning("the index is empty where it should hold %d cases; they are sent anew", expected)
            await resend_everything(self._database)

    async def compare(self) -> None:
        """Look whether the index holds each case at its version, and have put right what differs: once a day."""
        found = await compare(self._database, self._engine)
        if found:
            counts = (len(found.missing), len(found.stale), len(found.surplus))
            log.error("the index differs from the database: %d missing, %d stale, %d too many; it is mended", *counts)
            await mend(self._database, self._engine, found)
        await tidy(self._engine)
        self._compared_at = time.monotonic()

    async def drain(self) -> int:
        """Send one batch of what the index is behind with, and wait until it can be found; returns how many cases that were."""
        generation, batch = await self._take()
        if not batch:
            return 0
        started = time.monotonic()
        outcome = await self._send(batch)
        run = IndexRun(
            added=sum(item.document is not None and item.case_id not in outcome.refused for item in batch),
            removed=sum(item.document is None for item in batch),
            refused=len(outcome.refused),
            took_ms=round(1_000 * (time.monotonic() - started)),
            tasks=outcome.tasks,
            error=next(iter(outcome.refused.values()), "")[:1_000],
        )
        await self._mark(generation, batch, outcome, run)
        return len(batch)

    async def _take(self) -> tuple[int, list[Outgoing]]:
        behind = select(Case).where(sa.text("indexed_version < version")).order_by(col(Case.updated_at)).limit(BATCH)
        async with self._database.reading() as session:
            generation = (await session.exec(select(IndexState.generation))).one()
            rows = (await session.exec(behind)).all()
            known = await regions(session) if rows else {}
        return generation, await asyncio.to_thread(_outgoing, rows, known)

    async def _send(self, batch: Sequence[Outgoing]) -> Outcome:
        outcome = Outcome()
        removed = [str(item.case_id) for item in batch if item.document is None]
        if removed:
            outcome.tasks.append(await self._engine.remove(INDEX, removed))
        await self._add([item for item in batch if item.document is not None], outcome)
        for task in outcome.tasks[:1] if removed else []:
            await self._engine.finished(task)
        outcome.searchable_at = now()
        return outcome

    async def _add(self, items: Sequence[Outgoing], outcome: Outcome) -> None:
        """One bad document fails its whole batch: halve it until the bad one stands alone."""
        if not items:
            return
        try:
            task = await self._engine.add(INDEX, [item.document or {} for item in items])
            outcome.tasks.append(task)
            await self._engine.finished(task)
        except TaskFailed as failed:
            if len(items) == 1:
                log.error("case %s cannot be indexed: %s", items[0].case_id, failed)
                outcome.refused[items[0].case_id] = str(failed)
                return
            middle = len(items) // 2
            await self._add(items[:middle], outcome)
            await self._add(items[middle:], outcome)

    async def _mark(self, generation: int, batch: Sequence[Outgoing], outcome: Outcome, run: IndexRun) -> None:
        async with self._database.writing() as session:
            state = (await session.exec(select(IndexState).with_for_update())).one()
            session.add(run)
            if state.generation != generation:
                return
            for item in batch:
                await session.exec(_marked(item, outcome))
            for case_id, error in outcome.refused.items():
                version = next(item.version for item in batch if item.case_id == case_id)
                await session.merge(IndexRefusal(case_id=case_id, version=version, error=error[:1_000], at=now()))
            await session.exec(sa.delete(IndexRun).where(col(IndexRun.at) < now() - RUNS_KEPT))

    async def _form(self) -> str:
        async with self._database.reading() as session:
            return (await session.exec(select(IndexState.form))).one()

    async def _made_as_today(self) -> None:
        async with self._database.writing() as session:
            await session.exec(sa.update(IndexState).where(col(IndexState.form) != form()).values(form=form()))

    async def _expected(self) -> int:
        query = select(sa.func.count()).where(
            col(Case.status) == "published", col(Case.indexed_version) >= col(Case.version), ~REFUSED
        )
        async with self._database.reading() as session:
            return (await session.exec(query)).one()


def _outgoing(rows: Sequence[Case], known: Mapping[str, Region]) -> list[Outgoing]:
    return [
        Outgoing(row.id, row.version, document(row, known, standard()) if row.status == "published" else None)
        for row in rows
    ]


def _marked(item: Outgoing, outcome: Outcome) -> sa.Update:
    change = sa.update(Case).where(col(Case.id) == item.case_id, col(Case.indexed_version) < item.version)
    if item.document is None or item.case_id in outcome.refused:
        return change.values(indexed_version=item.version)
    found = sa.func.coalesce(col(Case.searchable_at), outcome.searchable_at)
    return change.values(indexed_version=item.version, searchable_at=found)
