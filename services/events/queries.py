"""Questions to events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.models import (
    MERGED,
    ConcernedPerson,
    PersonFocusArea,
    PersonRegion,
    Reach,
    Region,
    Registration,
    Segment,
    SegmentMember,
    Send,
    Webinar,
)
from shared.auth.actor import Actor
from shared.auth.forgetting import forgotten
from shared.auth.merged import standing
from shared.auth.policy import can
from shared.clock import now
from shared.contracts.events import Audience
from shared.contracts.vocabulary import Language
from shared.errors import NotFound
from shared.web.paging import offset


@dataclass(frozen=True)
class Filter:
    """What the calendar is narrowed to; `upcoming` None means past and ahead, `drafts` what is not announced yet.

    `heirs` are the regions that came after `region`, where that ended: what was held for it is found, and what is ahead of them.
    """

    scope: Reach | None = None
    region: str | None = None
    language: Language | None = None
    upcoming: bool | None = None
    drafts: bool = False
    heirs: tuple[str, ...] = ()


async def all_regions(session: AsyncSession) -> list[Region]:
    """Return every region there is or was, by its bokmål name."""
    return list((await session.exec(select(Region).order_by(col(Region.name_nb)))).all())


async def regions_today(session: AsyncSession) -> list[Region]:
    """Return the regions that hold today, by their bokmål names: what people may choose among."""
    return [region for region in await all_regions(session) if region.holds]


async def segments(session: AsyncSession, actor: Actor | None) -> list[Segment]:
    """Return the segments `actor` may hold a webinar for, by name."""
    query = (
        select(Segment)
        .where(col(Segment.active).is_(True))
        .order_by(sa.func.lower(Segment.name), col(Segment.segment_id))
    )
    return [one for one in (await session.exec(query)).all() if can(actor, "webinar.draft", one.target)]


async def segment_name(session: AsyncSession, segment_id: UUID | None) -> str | None:
    """Return what a segment is called; None where there is none, or nobody knows it any more."""
    found = await session.get(Segment, segment_id) if segment_id else None
    return found.name if found and found.active else None


async def heirs(session: AsyncSession, slug: str) -> list[str]:
    """Return what came after a region that ended, at last; itself where it holds, nothing where nobody knows it."""
    known = {region.slug: region for region in await all_regions(session)}
    return list(dict.fromkeys(_heirs(known, slug)))


def _heirs(known: Mapping[str, Region], slug: str) -> list[str]:
    region = known.get(slug)
    if region is None:
        return []
    if region.holds or not region.successors:
        return [slug]
    return [heir for after in region.successors for heir in _heirs(known, after)]


async def webinar(session: AsyncSession, webinar_id: UUID, *, to_change: bool = False) -> Webinar:
    """Return a webinar, held against other changes with `to_change`; raises NotFound."""
    found = await session.get(Webinar, webinar_id, with_for_update=to_change or None)
    if found is None:
        raise NotFound
    return found


async def visible(session: AsyncSession, actor: Actor | None, webinar_id: UUID) -> Webinar:
    """Return a webinar `actor` may know of: drafts are staff's; raises NotFound."""
    found = await webinar(session, webinar_id)
    if found.status == "draft" and not can(actor, "webinar.read-unpublished", found.target):
        raise NotFound
    return found


async def calendar(session: AsyncSession, wanted: Filter, page: int, per_page: int) -> tuple[int, list[Webinar]]:
    """Return how many webinars match, and one page of them: drafts and what is ahead by start, the rest latest first."""
    conditions = _conditions(wanted)
    total = (await session.exec(select(sa.func.count()).select_from(Webinar).where(*conditions))).one()
    start, forward = col(Webinar.starts_at), wanted.upcoming or wanted.drafts
    query = select(Webinar).where(*conditions).order_by(start.asc() if forward else start.desc(), col(Webinar.id))
    return total, list((await session.exec(query.offset(offset(page, per_page)).limit(per_page))).all())


async def draft_count(session: AsyncSession) -> int:
    """Return how many drafts there are."""
    return (await session.exec(select(sa.func.count()).select_from(Webinar).where(Webinar.status == "draft"))).one()


async def feed(session: AsyncSession, regions: Sequence[str], since: datetime) -> list[Webinar]:
    """Return the announced national webinars that end after `since`, with those of `regions`."""
    national = col(Webinar.scope) == "national"
    reach = sa.or_(national, _held_for(*regions)) if regions else national
    conditions = (col(Webinar.status) != "draft", col(Webinar.ends_at) > since, reach)
    return list((await session.exec(select(Webinar).where(*conditions).order_by(col(Webinar.starts_at)))).all())


async def audience_count(session: AsyncSession, audience: Audience) -> int:
    """Return how many people `audience` is: exactly those the notifier will write to."""
    query = select(sa.func.count()).select_from(ConcernedPerson).where(*_concerned(audience))
    return (await session.exec(query)).one()


async def audience_regions(session: AsyncSession, audience: Audience) -> int:
    """Return how many regions the people of `audience` belong to, of those it names."""
    query = (
        select(sa.func.count(sa.distinct(col(PersonRegion.region))))
        .join(ConcernedPerson, col(ConcernedPerson.person_id) == PersonRegion.person_id)
        .where(*_concerned(audience))
    )
    if audience.scope == "regions":
        query = query.where(col(PersonRegion.region).in_(audience.regions))
    return (await session.exec(query)).one()


async def registration(session: AsyncSession, webinar_id: UUID, person_id: UUID) -> Registration | None:
    """Return a person's answer to a webinar, if they gave one."""
    query = select(Registration).where(Registration.webinar_id == webinar_id, Registration.person_id == person_id)
    return (await session.exec(query)).one_or_none()


async def registrations_of(session: AsyncSession, person_id: UUID) -> list[tuple[Registration, Webinar]]:
    """Return a person's answers with their webinars, latest start first."""
    query = (
        select(Registration, Webinar)
        .join(Webinar, col(Webinar.id) == Registration.webinar_id)
        .where(Registration.person_id == person_id)
        .order_by(col(Webinar.starts_at).desc(), col(Webinar.id))
    )
    return [(answer, about) for answer, about in (await session.exec(query)).all()]


async def registered_counts(session: AsyncSession, webinar_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many are registered for each webinar; those with none are left out."""
    query = (
        select(Registration.webinar_id, sa.func.count())
        .where(col(Registration.webinar_id).in_(webinar_ids), Registration.state == "registered")
        .group_by(col(Registration.webinar_id))
    )
    return dict((await session.exec(query)).all())


async def invitations(session: AsyncSession, webinar_ids: Sequence[UUID]) -> dict[UUID, Send]:
    """Return the first send about each webinar, which invited; later ones tell of its cancellation."""
    query = select(Send).where(col(Send.webinar_id).in_(webinar_ids)).order_by(col(Send.frozen_at).desc())
    return {send.webinar_id: send for send in (await session.exec(query)).all()}


async def known_to_be_erased(session: AsyncSession, person_id: UUID) -> bool:
    """Whether the registry said that a person is no longer to be known."""
    return await forgotten(session, person_id)


async def who_is(session: AsyncSession, person_id: UUID) -> UUID | None:
    """Return the id a person goes by now, whatever record of theirs `person_id` was; None where they are erased."""
    known = await standing(session, MERGED, person_id)
    return None if await forgotten(session, known) else known


def _concerned(audience: Audience) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [col(ConcernedPerson.active).is_(True)]
    who = col(ConcernedPerson.person_id)
    if audience.scope == "regions":
        belongs = sa.select(col(PersonRegion.person_id)).where(col(PersonRegion.region).in_(audience.regions))
        conditions.append(who.in_(belongs))
    if audience.focus_area is not None:
        follows = sa.select(col(PersonFocusArea.person_id)).where(
            col(PersonFocusArea.focus_area) == audience.focus_area
        )
        conditions.append(who.in_(follows))
    if audience.segment_id is not None:
        members = sa.select(col(SegmentMember.person_id)).where(col(SegmentMember.segment_id) == audience.segment_id)
        conditions.append(who.in_(members))
    return conditions


def _conditions(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    draft = col(Webinar.status) == "draft"
    conditions: list[sa.ColumnElement[bool]] = [draft if wanted.drafts else sa.not_(draft)]
    if wanted.scope:
        conditions.append(col(Webinar.scope) == wanted.scope)
    if wanted.region:
        conditions.append(_held_for(wanted.region, *wanted.heirs))
    if wanted.language:
        conditions.append(col(Webinar.language) == wanted.language)
    if wanted.upcoming is not None:
        ahead = col(Webinar.ends_at) > now()
        conditions.append(ahead if wanted.upcoming else sa.not_(ahead))
    return conditions


def _held_for(*regions: str) -> sa.ColumnElement[bool]:
    # Slugs hold neither quotes nor wildcards, so the list's own text answers alike on both databases.
    text = sa.cast(Webinar.regions, sa.Text)
    return sa.or_(*(text.contains(f'"{region}"', autoescape=True) for region in regions))
