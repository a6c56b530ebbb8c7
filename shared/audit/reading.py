"""Questions to a service's audit. Which entries somebody may read, and what things and people are called, the service says."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import OSLO
from shared.db.session import tables_of
from shared.web.paging import offset

PIECE = 500

Conditions = Sequence[sa.ColumnElement[bool]]
Names = Callable[[AsyncSession, set[UUID]], Awaitable[Mapping[UUID, str]]]
"""What the things and people with these ids are called, as far as the service knows."""


@dataclass(frozen=True)
class AuditFilter:
    """What the audit is narrowed to. `subject` and `who` are ids, or parts of names; days are Norway's, both included."""

    subject: str = ""
    who: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Entry:
    """An entry as it is shown. `who` is the name of whoever acted; empty with `erased`, for the system itself and for programs."""

    seq: int
    at: datetime
    action: str
    who: str
    who_id: UUID | None
    erased: bool
    by_system: bool
    subject_kind: str
    subject_id: UUID | None
    subject: str
    regions: Sequence[str]
    changes: Mapping[str, Sequence[Any]]
    emptied: bool
    correlation_id: str


async def entries(
    session: AsyncSession, conditions: Conditions, names: Names, page: int, per_page: int
) -> tuple[int, list[Entry]]:
    """Return how many entries meet all conditions, and one page of them, newest first."""
    table, connection = tables_of(session).audit, await session.connection()
    total = (await connection.execute(sa.select(sa.func.count()).select_from(table).where(*conditions))).scalar_one()
    query = sa.select(table).where(*conditions).order_by(table.c.seq.desc())
    rows = (await connection.execute(query.offset(offset(page, per_page)).limit(per_page))).all()
    return int(total), await _shown(session, names, rows)


async def all_entries(session: AsyncSession, conditions: Conditions, names: Names) -> AsyncIterator[Entry]:
    """Yield every entry that meets all conditions, oldest first."""
    table, connection, seen = tables_of(session).audit, await session.connection(), 0
    while True:
        query = sa.select(table).where(*conditions, table.c.seq > seen).order_by(table.c.seq).limit(PIECE)
        rows = (await connection.execute(query)).all()
        for entry in await _shown(session, names, rows):
            yield entry
        if len(rows) < PIECE:
            return
        seen = rows[-1].seq


async def actions(session: AsyncSession) -> list[str]:
    """Return every action there is an entry of."""
    table = tables_of(session).audit
    found = await (await session.connection()).execute(sa.select(table.c.action).distinct())
    return sorted(found.scalars())


def told_in(session: AsyncSession, regions: Collection[str]) -> sa.ColumnElement[bool]:
    """Return the condition that an entry is about one of these regions."""
    table = tables_of(session).audit
    found = (table.c.regions.contains(f"|{slug}|", autoescape=True) for slug in sorted(regions))
    return sa.or_(sa.false(), *found)


def narrowed(session: AsyncSession, wanted: AuditFilter) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of a filter's action and days."""
    table, found = tables_of(session).audit, []
    if wanted.action:
        found.append(table.c.action == wanted.action)
    if wanted.since:
        found.append(table.c.at >= datetime.combine(wanted.since, time.min, OSLO))
    if wanted.until:
        found.append(table.c.at < datetime.combine(wanted.until + timedelta(days=1), time.min, OSLO))
    return found


async def _shown(session: AsyncSession, names: Names, rows: Sequence[Any]) -> list[Entry]:
    called = await names(session, {one for row in rows for one in (row.actor_id, row.subject_id) if one})
    return [
        Entry(
            seq=row.seq,
            at=row.at,
            action=row.action,
            who=called.get(row.actor_id, ""),
            who_id=row.actor_id,
            erased=row.actor_id is None and bool(row.actor_mark),
            by_system=not row.actor_mark,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            subject=called.get(row.subject_id, ""),
            regions=[slug for slug in row.regions.split("|") if slug],
            changes=row.changes,
            emptied=not row.salt,
            correlation_id=row.correlation_id,
        )
        for row in rows
    ]
