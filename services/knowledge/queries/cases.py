"""Questions to the library's database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.impactboard import Sum, board
from services.knowledge.models import Case, Organisation, Region, Revision
from services.knowledge.queries.impact import alike_anywhere
from shared.auth.actor import Actor
from shared.auth.policy import about, can
from shared.errors import NotFound

QUEUE_LIMIT = 200


@dataclass(frozen=True)
class KeyFigures:
    """What the front page tells. `saved` is the board's sum with the most figures; `left_out` is how many figures, and cases
    without one, are not in it."""

    published: int
    regions: int
    saved: Sum | None
    left_out: int


async def case(session: AsyncSession, case_id: UUID) -> Case:
    """Return a case; raises NotFound."""
    found = await session.get(Case, case_id)
    if found is None:
        raise NotFound
    return found


async def readable(session: AsyncSession, actor: Actor | None, case_id: UUID) -> Case:
    """Return a case that is published, or that `actor` may read before; raises NotFound and tells no more."""
    found = await case(session, case_id)
    if found.status != "published" and not may_read(actor, found):
        raise NotFound
    return found


def may_read(actor: Actor | None, found: Case) -> bool:
    """Whether `actor` may read a case that is not public."""
    return can(actor, "case.read-unpublished", about(found.region, author_id=found.author_id))


async def regions(session: AsyncSession) -> dict[str, Region]:
    """Return every region by its slug, in the order of bokmål names."""
    rows = (await session.exec(select(Region).order_by(col(Region.name_nb)))).all()
    return {region.slug: region for region in rows}


async def regions_today(session: AsyncSession) -> dict[str, Region]:
    """Return the regions that hold today by their slugs, in the order of bokmål names: what people may choose among."""
    return {slug: region for slug, region in (await regions(session)).items() if region.holds}


def heirs(known: Mapping[str, Region], slugs: Iterable[str]) -> tuple[str, ...]:
    """Return `slugs`, each of a region that ended replaced by what came after it, for old addresses."""
    found: dict[str, None] = {}
    for slug in slugs:
        region = known.get(slug)
        ended = region is not None and not region.holds and region.successors
        found |= dict.fromkeys(heirs(known, region.successors) if ended and region else (slug,))
    return tuple(found)


async def organisation(session: AsyncSession, organisation_id: UUID | None) -> Organisation | None:
    """Return what is known of an organisation."""
    return await session.get(Organisation, organisation_id) if organisation_id else None


async def organisations_in(session: AsyncSession, slugs: Iterable[str] | None) -> list[Organisation]:
    """Return active organisations by name; with `slugs`, only those of these regions."""
    query = select(Organisation).where(col(Organisation.active)).order_by(sa.func.lower(Organisation.name))
    wanted = None if slugs is None else set(slugs)
    return [row for row in (await session.exec(query)).all() if wanted is None or wanted & set(row.regions)]


async def history(session: AsyncSession, case_id: UUID) -> list[Revision]:
    """Return a case's changes, newest first."""
    query = select(Revision).where(Revision.case_id == case_id).order_by(col(Revision.version).desc())
    return list((await session.exec(query.limit(QUEUE_LIMIT))).all())


async def unfinished(session: AsyncSession, actor: Actor, limit: int | None = QUEUE_LIMIT) -> list[Case]:
    """Return the cases on their way that concern `actor`: their own, and those of their regions; the longest waiting first."""
    on_the_way = col(Case.status).in_(("draft", "in_review", "changes_requested", "approved"))
    query = select(Case).where(on_the_way)
    if not actor.is_national:
        own = col(Case.author_id) == actor.person_id
        query = query.where(sa.or_(own, col(Case.region).in_(actor.regions)))
    return list((await session.exec(query.order_by(col(Case.updated_at)).limit(limit))).all())


async def published(session: AsyncSession, ids: Sequence[UUID]) -> list[Case]:
    """Return the cases with these ids in their order, without those that are published no longer."""
    query = select(Case).where(Case.status == "published", col(Case.id).in_(ids))
    found = {case.id: case for case in (await session.exec(query)).all()}
    return [found[one] for one in ids if one in found]


async def latest(session: AsyncSession, count: int) -> list[Case]:
    """Return the newest published cases."""
    query = select(Case).where(Case.status == "published")
    return list(
        (await session.exec(query.order_by(col(Case.published_at).desc(), col(Case.id).desc()).limit(count))).all()
    )


async def key_figures(session: AsyncSession) -> KeyFigures:
    """Return the front page's figures."""
    public = col(Case.status) == "published"
    counted = select(sa.func.count(), sa.func.count(sa.distinct(col(Case.region)))).select_from(Case).where(public)
    published, in_regions = (await session.exec(counted)).one()
    found = board(await alike_anywhere(session))
    saved = found.broadest
    return KeyFigures(published, in_regions, saved, found.considered - (saved.figures if saved else 0))


async def counts_by_region(session: AsyncSession) -> dict[str, int]:
    """Return how many published cases each region has."""
    query = select(Case.region, sa.func.count()).where(Case.status == "published").group_by(col(Case.region))
    return dict((await session.exec(query)).all())


async def by_external_ids(session: AsyncSession, names: Sequence[str]) -> dict[str, Case]:
    """Return the cases with these external ids. One that has none goes by its own id, as open data names it."""
    ids = [found for found in map(_id, names) if found is not None]
    unnamed = sa.and_(col(Case.external_id).is_(None), col(Case.id).in_(ids))
    rows = (await session.exec(select(Case).where(sa.or_(col(Case.external_id).in_(names), unnamed)))).all()
    return {row.external_id or str(row.id): row for row in rows}


def _id(name: str) -> UUID | None:
    """Return the id that `name` is, written as ids are written."""
    try:
        found = UUID(name)
    except ValueError:
        return None
    return found if str(found) == name else None
