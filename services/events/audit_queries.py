"""Questions to the audit of events: always within the reach of whoever asks."""

from collections.abc import AsyncIterator
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.models import Webinar
from services.events.queries import all_regions
from shared.audit import reading
from shared.audit.reading import AuditFilter, Entry, narrowed, told_in
from shared.auth.actor import Actor
from shared.auth.policy import about, can, require
from shared.contracts.vocabulary import Language
from shared.db.session import tables_of
from shared.ids import parse_id

MOST_FOUND = 200


def reader_of(actor: Actor | None) -> Actor:
    """Return who reads the audit; raises SignInNeeded or Forbidden for those who may not read any of it."""
    return require(actor, "audit.view", about(*(_own(actor) if actor else ())))


async def entries(
    session: AsyncSession, actor: Actor, wanted: AuditFilter, page: int, per_page: int
) -> tuple[int, list[Entry]]:
    """Return how many entries `actor` may read match, and one page of them, newest first."""
    return await reading.entries(session, await _conditions(session, actor, wanted), _names, page, per_page)


async def all_entries(session: AsyncSession, actor: Actor, wanted: AuditFilter) -> AsyncIterator[Entry]:
    """Yield every entry `actor` may read that matches, oldest first."""
    async for entry in reading.all_entries(session, await _conditions(session, actor, wanted), _names):
        yield entry


async def every_region_name(session: AsyncSession, language: Language) -> dict[str, str]:
    """Return the name of every region there is or was by its slug, for what tells of the past."""
    return {region.slug: region.name(language) for region in await all_regions(session)}


def _own(actor: Actor) -> frozenset[str]:
    return actor.regions_as("region_lead", "region_staff", "auditor")


def _reach(session: AsyncSession, actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition that `actor` may read an entry: of webinars for the whole network only those who read everything; of what
    was never announced, only those who work with it."""
    announced = sa.select(col(Webinar.id)).where(col(Webinar.status) != "draft")
    told = tables_of(session).audit.c.subject_id.in_(announced)
    seen = sa.true() if can(actor, "webinar.read-unpublished") else told
    everything = actor.is_national or actor.everywhere_as("auditor")
    return seen if everything else sa.and_(seen, told_in(session, _own(actor)))


async def _conditions(session: AsyncSession, actor: Actor, wanted: AuditFilter) -> list[sa.ColumnElement[bool]]:
    table = tables_of(session).audit
    found = [_reach(session, actor), *narrowed(session, wanted)]
    if wanted.subject:
        given = parse_id(wanted.subject)
        found.append(table.c.subject_id.in_([given] if given else await _titled(session, wanted.subject)))
    if wanted.who:
        found.append(table.c.actor_id == parse_id(wanted.who))
    return found


async def _titled(session: AsyncSession, words: str) -> list[UUID]:
    """Return the webinars with these words in their title; whether somebody may read of them is asked elsewhere."""
    query = select(Webinar.id).where(*(col(Webinar.title).icontains(one, autoescape=True) for one in words.split()))
    return list((await session.exec(query.limit(MOST_FOUND))).all())


async def _names(session: AsyncSession, ids: set[UUID]) -> dict[UUID, str]:
    return dict((await session.exec(select(Webinar.id, Webinar.title).where(col(Webinar.id).in_(ids)))).all())
