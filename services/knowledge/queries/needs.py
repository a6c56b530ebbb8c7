"""Questions about needs and what may answer them. What somebody may see of needs is decided by one condition, `visible_to`."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import LIVE, Case, Match, MatchTask, Need, Organisation
from services.knowledge.queries.lists import holds_any
from shared.auth.actor import Actor
from shared.auth.policy import Target, about, can
from shared.errors import NotFound

BOARD_LIMIT = 200
ALIKE = 3
"""So many needs that ask for the same are worth a webinar."""
NeedSort = Literal["deadline", "newest"]


@dataclass(frozen=True)
class NeedsWanted:
    """Which needs are asked for."""

    region: tuple[str, ...] = ()
    focus_area: tuple[str, ...] = ()
    scope: tuple[int, ...] = ()
    sort: NeedSort = "deadline"


@dataclass(frozen=True)
class Reader:
    """Somebody who reads needs, with the regions they belong to: as staff, or by their organisations."""

    actor: Actor | None = None
    regions: frozenset[str] = frozenset()


async def reader(session: AsyncSession, actor: Actor | None) -> Reader:
    """Return `actor` as a reader of needs."""
    if actor is None:
        return Reader()
    mine = select(Organisation).where(col(Organisation.id).in_(actor.organisations))
    members = (await session.exec(mine)).all() if actor.organisations else []
    return Reader(actor, actor.regions.union(*(one.regions for one in members)))


def visible_to(who: Reader) -> sa.ColumnElement[bool]:
    """Return the condition under which somebody may read a need."""
    public = col(Need.visibility) == "public"
    if who.actor is None or not can(who.actor, "need.read"):
        return public
    if who.actor.is_national:
        return sa.true()
    own = col(Need.organisation_id).in_(who.actor.organisations)
    near = col(Need.region).in_(who.regions)
    return sa.or_(public, col(Need.visibility) == "network", near, own)


def need_target(need: Need) -> Target:
    """Return what rights to a need are asked about."""
    return about(need.region, organisation_id=need.organisation_id)


async def need(session: AsyncSession, actor: Actor | None, need_id: UUID) -> Need:
    """Return a need that `actor` may read; raises NotFound and tells no more."""
    query = select(Need).where(Need.id == need_id, visible_to(await reader(session, actor)))
    found = (await session.exec(query)).one_or_none()
    if found is None:
        raise NotFound
    return found


async def board(session: AsyncSession, actor: Actor | None, wanted: NeedsWanted, *, sqlite: bool) -> list[Need]:
    """Return the needs nobody has met, as far as `actor` may read them."""
    conditions = [col(Need.status).in_(LIVE), visible_to(await reader(session, actor))]
    if wanted.region:
        conditions.append(col(Need.region).in_(wanted.region))
    if wanted.focus_area:
        conditions.append(holds_any(Need.focus_areas, wanted.focus_area, sqlite=sqlite))
    if wanted.scope:
        conditions.append(holds_any(Need.scopes, wanted.scope, sqlite=sqlite))
    order = col(Need.wanted_by) if wanted.sort == "deadline" else col(Need.created_at).desc()
    query = select(Need).where(*conditions).order_by(order, col(Need.id)).limit(BOARD_LIMIT)
    return list((await session.exec(query)).all())


async def own_needs(session: AsyncSession, actor: Actor) -> list[Need]:
    """Return the needs of `actor` and their organisations, the newest first, whatever became of them."""
    own = sa.or_(col(Need.poster_id) == actor.person_id, col(Need.organisation_id).in_(actor.organisations))
    return list((await session.exec(select(Need).where(own).order_by(col(Need.created_at).desc()).limit(50))).all())


async def matches_of(session: AsyncSession, need_id: UUID) -> list[tuple[Match, Case]]:
    """Return the cases that may answer a need, the nearest first; one that left the library stays where somebody was introduced."""
    query = select(Match, Case).join(Case, col(Case.id) == Match.case_id).where(Match.need_id == need_id)
    shown = sa.or_(col(Case.status) == "published", col(Match.state).in_(("introduced", "outcome")))
    query = query.where(shown, col(Match.state) != "closed")
    return list((await session.exec(query.order_by(col(Match.score).desc(), col(Match.id)))).all())


async def alike(session: AsyncSession, actor: Actor | None, found: Need) -> list[tuple[Match, Need]]:
    """Return the open needs that ask for the same, as far as `actor` may read them."""
    asked_for = select(Match, Need).join(
        Need,
        sa.or_(
            sa.and_(col(Match.need_id) == found.id, col(Need.id) == col(Match.other_need_id)),
            sa.and_(col(Match.other_need_id) == found.id, col(Need.id) == col(Match.need_id)),
        ),
    )
    query = asked_for.where(col(Need.status).in_(LIVE), visible_to(await reader(session, actor)))
    return list((await session.exec(query.order_by(col(Match.score).desc(), col(Match.id)))).all())


async def waits(session: AsyncSession, subject_id: UUID) -> bool:
    """Whether a need or a case is still to be matched."""
    return await session.get(MatchTask, subject_id) is not None
