"""Segments: saved, changed and given up by staff, and told to the network whenever who belongs to one has changed."""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners import queries
from services.partners.errors import Stale, UnknownRegion
from services.partners.models.segments import Rule, Segment
from services.partners.queries.segments import person_ids, reach_of
from services.partners.queries.segments import segment as segment_of
from services.partners.schemas.segments import WHICH_YEAR, RuleIn, SegmentIn
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import require
from shared.contracts.partners import SegmentStated
from shared.errors import Invalid
from shared.outbox import record

UNTOLD = ("members", "digest", "stated", "stated_at", "created_by")


async def save(session: AsyncSession, actor: Actor | None, given: SegmentIn) -> Segment:
    """Save a rule under a name, and tell the network who belongs; raises Forbidden, UnknownRegion, Invalid."""
    rule = await checked(session, actor, given)
    known = require(actor, "segment.manage", await reach_of(session, rule))
    made = Segment(name=given.name, said=rule.model_dump(mode="json"), created_by=known.person_id)
    session.add(made)
    audit.note(session, actor, "segment.saved", _subject(made), after=_told(made))
    await restate(session, made)
    return made


async def edit(session: AsyncSession, actor: Actor | None, segment_id: UUID, given: SegmentIn) -> Segment:
    """Change a segment's name and rule; raises NotFound, Forbidden, Stale, UnknownRegion, Invalid."""
    found = await segment_of(session, segment_id, to_change=True)
    require(actor, "segment.manage", await reach_of(session, found.rule))
    rule = await checked(session, actor, given)
    if given.version is not None and given.version != found.version:
        raise Stale
    before = _told(found)
    found.become(given.name, rule)
    audit.note(session, actor, "segment.edited", _subject(found), before, _told(found))
    await restate(session, found)
    return found


async def give_up(session: AsyncSession, actor: Actor | None, segment_id: UUID) -> Segment:
    """Have a segment be none any longer; raises NotFound, Forbidden."""
    found = await segment_of(session, segment_id, to_change=True)
    require(actor, "segment.manage", await reach_of(session, found.rule))
    before = _told(found)
    if found.give_up():
        audit.note(session, actor, "segment.given_up", _subject(found), before, _told(found))
        await restate(session, found)
    return found


async def checked(session: AsyncSession, actor: Actor | None, given: RuleIn) -> Rule:
    """Return the rule somebody describes; raises Forbidden, UnknownRegion, Invalid (no year)."""
    if given.year_missing():
        raise Invalid(WHICH_YEAR, field="account_year")
    known = {region.slug for region in await queries.every_region(session)}
    for slug in given.regions:
        if slug not in known:
            raise UnknownRegion(field="regions", region=slug)
    require(actor, "segment.manage", await reach_of(session, given.rule))
    return given.rule


async def restate(session: AsyncSession, found: Segment) -> bool:
    """Tell the network who belongs to a segment, which must be locked; False where that is what it knows."""
    await session.flush()
    gone = found.given_up_at is not None
    regions = [] if gone else await queries.heirs(session, found.rule.regions)
    people = [] if gone else await person_ids(session, found.rule)
    if not found.tell(regions, people):
        return False
    session.add(found)
    fact = SegmentStated(
        segment_id=found.id,
        version=found.stated,
        name="" if gone else found.name,
        regions=regions,
        person_ids=people,
        active=not gone,
    )
    await record(session, fact)
    return True


async def has_changed(session: AsyncSession, segment_id: UUID) -> bool:
    """Whether others belong to a segment than the network was told; changes nothing."""
    found = await segment_of(session, segment_id)
    session.expunge(found)
    return found.tell(await queries.heirs(session, found.rule.regions), await person_ids(session, found.rule))


def _subject(found: Segment) -> audit.Subject:
    return audit.Subject("segment", found.id, found.rule.regions)


def _told(found: Segment) -> dict[str, Any]:
    return audit.snapshot(found, leave_out=UNTOLD)
