"""Comparing the index with the database, case by case: what differs is sent again, and told."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from services.knowledge.models import Case, IndexRefusal
from services.knowledge.search.engine import Engine
from services.knowledge.search.index import INDEX
from shared.db.session import Database, ring

PAGE = 5_000
AT_ONCE = 500
REFUSED = sa.exists().where(col(IndexRefusal.case_id) == col(Case.id), col(IndexRefusal.version) == col(Case.version))
"""Whether the engine would not take a case as it now is."""


@dataclass(frozen=True)
class Differences:
    """Cases the index should hold and does not, holds at another version, and holds though it should not."""

    missing: frozenset[UUID]
    stale: frozenset[UUID]
    surplus: frozenset[UUID]

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.surplus)


async def compare(database: Database, engine: Engine) -> Differences:
    """Return how the index differs from the database where it should be up with it; raises EngineAway."""
    held = {case_id: version async for case_id, version in _held(engine)}
    settled = select(Case.id, Case.version, Case.status).where(col(Case.indexed_version) >= col(Case.version), ~REFUSED)
    async with database.reading() as session:
        rows = (await session.exec(settled)).all()
        behind = set((await session.exec(select(Case.id).where(col(Case.indexed_version) < col(Case.version)))).all())
        refusals = set((await session.exec(select(IndexRefusal.case_id))).all())
    public = {case_id: version for case_id, version, status in rows if status == "published"}
    return Differences(
        missing=frozenset(public.keys() - held.keys()),
        stale=frozenset(one for one, version in public.items() if held.get(one, version) < version),
        surplus=frozenset(held.keys() - public.keys() - behind - refusals),
    )


async def mend(database: Database, engine: Engine, found: Differences) -> None:
    """Have what is missing or stale sent again, and take out what should not be there."""
    again = sorted(found.missing | found.stale, key=str)
    async with database.writing() as session:
        for start in range(0, len(again), AT_ONCE):
            some = col(Case.id).in_(again[start : start + AT_ONCE])
            await (await session.connection()).execute(sa.update(Case).where(some).values(indexed_version=0))
        ring(session, "search")
    if found.surplus:
        await engine.finished(await engine.remove(INDEX, sorted(map(str, found.surplus))))


async def _held(engine: Engine) -> AsyncIterator[tuple[UUID, int]]:
    offset = 0
    while rows := await engine.documents(INDEX, ("id", "version"), offset, PAGE):
        for row in rows:
            yield UUID(row["id"]), int(row["version"])
        offset += len(rows)
