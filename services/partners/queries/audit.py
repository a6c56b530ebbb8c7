"""Questions to the audit: always within the reach of whoever asks."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import AuditCheck, Organisation, Person
from services.partners.queries.matching import containing
from services.partners.queries.reach import members, people_in_reach
from services.partners.queries.regions import every_region, heirs_of
from services.partners.queries.tasks import Item
from shared.auth.actor import Actor
from shared.auth.policy import about, require
from shared.db.session import tables_of
from shared.ids import parse_id
from shared.web.formats import OSLO
from shared.web.i18n import marker as _
from shared.web.paging import offset

MOST_FOUND = 200
PIECE = 500


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
    erased: bool
    by_system: bool
    subject_kind: str
    subject_id: UUID | None
    subject: str
    regions: Sequence[str]
    changes: Mapping[str, Sequence[Any]]
    emptied: bool
    correlation_id: str


def regions_of_auditor(actor: Actor) -> frozenset[str]:
    """Return the slugs of the regions whose audit somebody may read, beside those who read all of it."""
    return actor.regions_as("region_lead", "region_staff", "auditor")


def reading(actor: Actor | None) -> Actor:
    """Return who reads the audit; raises SignInNeeded or Forbidden for those who may not read any of it."""
    return require(actor, "audit.view", about(*(regions_of_auditor(actor) if actor else ())))


async def entries(
    session: AsyncSession, actor: Actor, wanted: AuditFilter, page: int, per_page: int
) -> tuple[int, list[Entry]]:
    """Return how many entries `actor` may read match, and one page of them, newest first."""
    table, connection = tables_of(session).audit, await session.connection()
    conditions = await _conditions(session, actor, wanted)
    total = (await connection.execute(sa.select(sa.func.count()).select_from(table).where(*conditions))).scalar_one()
    query = sa.select(table).where(*conditions).order_by(table.c.seq.desc())
    rows = (await connection.execute(query.offset(offset(page, per_page)).limit(per_page))).all()
    return int(total), await _shown(session, rows)


async def all_entries(session: AsyncSession, actor: Actor, wanted: AuditFilter) -> AsyncIterator[Entry]:
    """Yield every entry `actor` may read that matches, oldest first."""
    table, connection, seen = tables_of(session).audit, await session.connection(), 0
    conditions = await _conditions(session, actor, wanted)
    while True:
        query = sa.select(table).where(*conditions, table.c.seq > seen).order_by(table.c.seq).limit(PIECE)
        rows = (await connection.execute(query)).all()
        for entry in await _shown(session, rows):
            yield entry
        if len(rows) < PIECE:
            return
        seen = rows[-1].seq


async def actions(session: AsyncSession) -> list[str]:
    """Return every action there is an entry of."""
    table = tables_of(session).audit
    found = await (await session.connection()).execute(sa.select(table.c.action).distinct())
    return sorted(found.scalars())


async def last_check(session: AsyncSession) -> AuditCheck | None:
    """Return what was found when the chain was last followed from end to end."""
    return (await session.exec(select(AuditCheck).order_by(col(AuditCheck.at).desc()).limit(1))).first()


async def broken_chain(session: AsyncSession, regions: frozenset[str] | None) -> list[Item]:
    """Return what the work list says where the chain was found broken: to national staff, who look into it."""
    found = await last_check(session) if regions is None else None
    if found is None or found.broken is None:
        return []
    return [
        Item(
            kind="audit",
            text=_("Endringsloggen er ikke slik den ble skrevet: oppføring %(seq)s er endret eller tatt ut"),
            values={"seq": str(found.broken)},
            button=_("Se endringsloggen"),
            href="/partners/audit",
            since=found.at,
            urgent=True,
        )
    ]


async def _reach(session: AsyncSession, actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition that `actor` may read an entry. There is no question to the audit without it.

    Of a region that ended, those who came after it read what is told of the organisations and people who are theirs now.
    """
    if actor.is_national or actor.everywhere_as("auditor"):
        return sa.true()
    table, own = tables_of(session).audit, regions_of_auditor(actor)
    known = {one.slug: one for one in await every_region(session)}
    before = [slug for slug in known if slug not in own and own & set(heirs_of(known, [slug]))]
    theirs = sa.select(col(Person.id)).where(people_in_reach(actor))
    moved = sa.or_(table.c.subject_id.in_(members(own)), table.c.subject_id.in_(theirs))
    return sa.or_(_told_in(table, own), sa.and_(_told_in(table, before), moved))


def _told_in(table: sa.Table, regions: Collection[str]) -> sa.ColumnElement[bool]:
    found = (table.c.regions.contains(f"|{slug}|", autoescape=True) for slug in sorted(regions))
    return sa.or_(sa.false(), *found)


async def _conditions(session: AsyncSession, actor: Actor, wanted: AuditFilter) -> list[sa.ColumnElement[bool]]:
    table = tables_of(session).audit
    found = [await _reach(session, actor)]
    if wanted.subject:
        found.append(table.c.subject_id.in_(await _meant(session, actor, wanted.subject, Organisation, Person)))
    if wanted.who:
        found.append(table.c.actor_id.in_(await _meant(session, actor, wanted.who, Person)))
    if wanted.action:
        found.append(table.c.action == wanted.action)
    if wanted.since:
        found.append(table.c.at >= datetime.combine(wanted.since, time.min, OSLO))
    if wanted.until:
        found.append(table.c.at < datetime.combine(wanted.until + timedelta(days=1), time.min, OSLO))
    return found


async def _meant(session: AsyncSession, actor: Actor, text: str, *tables: Any) -> Collection[UUID]:
    if (given := parse_id(text.strip())) is not None:
        return [given]
    found: list[UUID] = []
    for table in tables:
        query = select(table.id).where(col(table.name_folded).like(containing(text.strip()), escape="\\"))
        # The network's own act everywhere, so whoever did something is named to all who may read of it.
        if table is Person and len(tables) > 1:
            query = query.where(people_in_reach(actor))
        found += (await session.exec(query.limit(MOST_FOUND))).all()
    return found


async def _shown(session: AsyncSession, rows: Sequence[Any]) -> list[Entry]:
    ids = {one for row in rows for one in (row.actor_id, row.subject_id) if one}
    names: dict[UUID, str] = {}
    for table in (Organisation, Person):
        names |= dict((await session.exec(select(table.id, table.name).where(col(table.id).in_(ids)))).all())
    return [
        Entry(
            seq=row.seq,
            at=row.at,
            action=row.action,
            who=names.get(row.actor_id, ""),
            erased=row.actor_id is None and bool(row.actor_mark),
            by_system=not row.actor_mark,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            subject=names.get(row.subject_id, ""),
            regions=[slug for slug in row.regions.split("|") if slug],
            changes=row.changes,
            emptied=not row.salt,
            correlation_id=row.correlation_id,
        )
        for row in rows
    ]
