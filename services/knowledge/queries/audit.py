"""Questions to the library's audit: always within the reach of whoever asks."""

from collections.abc import AsyncIterator
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import Case, Term
from services.knowledge.queries.cases import heirs, regions
from services.knowledge.search.language import folded
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
    return {slug: region.name(language) for slug, region in (await regions(session)).items()}


def _own(actor: Actor) -> frozenset[str]:
    return actor.regions_as("region_lead", "region_staff", "auditor")


async def _reach(session: AsyncSession, actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition that `actor` may read an entry. Of a region that ended, those who came after it read of the cases that
    are theirs now; of what was never public, only those who work with it."""
    table = tables_of(session).audit
    public = sa.select(col(Case.id)).where(col(Case.published_at).is_not(None))
    told = sa.or_(table.c.subject_kind != "case", table.c.subject_id.is_(None), table.c.subject_id.in_(public))
    seen = sa.true() if can(actor, "case.read-unpublished") else told
    if actor.is_national or actor.everywhere_as("auditor"):
        return seen
    own, known = _own(actor), await regions(session)
    before = [slug for slug in known if slug not in own and own & set(heirs(known, [slug]))]
    theirs = table.c.subject_id.in_(sa.select(col(Case.id)).where(col(Case.region).in_(own)))
    return sa.and_(seen, sa.or_(told_in(session, own), sa.and_(told_in(session, before), theirs)))


async def _conditions(session: AsyncSession, actor: Actor, wanted: AuditFilter) -> list[sa.ColumnElement[bool]]:
    table = tables_of(session).audit
    found = [await _reach(session, actor), *narrowed(session, wanted)]
    if wanted.subject:
        given = parse_id(wanted.subject)
        found.append(table.c.subject_id.in_([given] if given else await _titled(session, wanted.subject)))
    if wanted.who:
        found.append(table.c.actor_id == parse_id(wanted.who))
    return found


async def _titled(session: AsyncSession, words: str) -> list[UUID]:
    """Return the cases that have these words; whether somebody may read of them is asked elsewhere."""
    query = select(Case.id).where(*(col(Case.folded).contains(one, autoescape=True) for one in folded(words).split()))
    return list((await session.exec(query.limit(MOST_FOUND))).all())


async def _names(session: AsyncSession, ids: set[UUID]) -> dict[UUID, str]:
    titles = dict((await session.exec(select(Case.id, Case.title).where(col(Case.id).in_(ids)))).all())
    return titles | dict((await session.exec(select(Term.id, Term.label_nb).where(col(Term.id).in_(ids)))).all())
