"""Questions to the audit: always within the reach of whoever asks."""

from collections.abc import AsyncIterator, Collection
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
from shared.audit import reading
from shared.audit.reading import AuditFilter, Entry, narrowed, told_in
from shared.auth.actor import Actor
from shared.auth.policy import about, require
from shared.db.session import tables_of
from shared.ids import parse_id
from shared.web.i18n import marker as _

MOST_FOUND = 200


def regions_of_auditor(actor: Actor) -> frozenset[str]:
    """Return the slugs of the regions whose audit somebody may read, beside those who read all of it."""
    return actor.regions_as("region_lead", "region_staff", "auditor")


def reader_of(actor: Actor | None) -> Actor:
    """Return who reads the audit; raises SignInNeeded or Forbidden for those who may not read any of it."""
    return require(actor, "audit.view", about(*(regions_of_auditor(actor) if actor else ())))


async def entries(
    session: AsyncSession, actor: Actor, wanted: AuditFilter, page: int, per_page: int
) -> tuple[int, list[Entry]]:
    """Return how many entries `actor` may read match, and one page of them, newest first."""
    return await reading.entries(session, await _conditions(session, actor, wanted), _names, page, per_page)


async def all_entries(session: AsyncSession, actor: Actor, wanted: AuditFilter) -> AsyncIterator[Entry]:
    """Yield every entry `actor` may read that matches, oldest first."""
    async for entry in reading.all_entries(session, await _conditions(session, actor, wanted), _names):
        yield entry


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
    return sa.or_(told_in(session, own), sa.and_(told_in(session, before), moved))


async def _conditions(session: AsyncSession, actor: Actor, wanted: AuditFilter) -> list[sa.ColumnElement[bool]]:
    table = tables_of(session).audit
    found = [await _reach(session, actor), *narrowed(session, wanted)]
    if wanted.subject:
        found.append(table.c.subject_id.in_(await _meant(session, actor, wanted.subject, Organisation, Person)))
    if wanted.who:
        found.append(table.c.actor_id.in_(await _meant(session, actor, wanted.who, Person)))
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


async def _names(session: AsyncSession, ids: set[UUID]) -> dict[UUID, str]:
    names: dict[UUID, str] = {}
    for table in (Organisation, Person):
        names |= dict((await session.exec(select(table.id, table.name).where(col(table.id).in_(ids)))).all())
    return names
