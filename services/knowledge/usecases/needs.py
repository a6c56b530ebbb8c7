"""A partner's needs: posted, changed, withdrawn, and over once their day is."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge import queries
from services.knowledge.errors import DayIsOver, NotYourOrganisation, Stale, UnknownRegion
from services.knowledge.models import LIVE, Match, Need, Organisation, Region
from services.knowledge.models.matches import PENDING
from services.knowledge.queries import needs as asked
from services.knowledge.schemas.needs import NeedIn
from services.knowledge.usecases.matching import to_match
from services.knowledge.usecases.rearranged import REGIONS
from services.knowledge.usecases.settling import code_of
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import about, require
from shared.clock import today_in_norway
from shared.db.locks import hold

CHUNK = 50
LONGEST = timedelta(days=731)
UNTOLD = ("text", "title")


async def post(session: AsyncSession, actor: Actor | None, given: NeedIn) -> Need:
    """Say what an organisation is looking for.

    Raises Forbidden, UnknownRegion, NotYourOrganisation, DayIsOver, UnknownTerm.
    """
    poster = require(actor, "need.manage", about(given.region, organisation_id=given.organisation_id))
    await hold(session, REGIONS, together=True)
    await _region(session, given.region)
    if given.organisation_id is None or await session.get(Organisation, given.organisation_id) is None:
        raise NotYourOrganisation(field="organisation_id")
    made = Need(
        **await _content(session, given, None), organisation_id=given.organisation_id, poster_id=poster.person_id
    )
    session.add(made)
    await session.flush()
    await to_match(session, "need", [made.id])
    audit.note(session, poster, "need.posted", subject(made), None, audit.snapshot(made, leave_out=UNTOLD))
    return made


async def edit(session: AsyncSession, actor: Actor | None, need_id: UUID, given: NeedIn) -> Need:
    """Change a need as a whole, but whose it is; raises NotFound, Forbidden, Stale, NeedClosed, UnknownRegion, DayIsOver, UnknownTerm."""
    await hold(session, REGIONS, together=True)
    found, editor = await allowed(session, actor, need_id)
    if given.version is not None and given.version != found.version:
        raise Stale
    if given.region != found.region:
        require(actor, "need.manage", about(given.region, organisation_id=found.organisation_id))
        await _region(session, given.region)
    before = audit.snapshot(found, leave_out=UNTOLD)
    if found.write(await _content(session, given, found)):
        session.add(found)
        await to_match(session, "need", [found.id])
        after = audit.snapshot(found, leave_out=UNTOLD)
        audit.note(session, editor, "need.edited", subject(found), before, after)
    return found


async def withdraw(session: AsyncSession, actor: Actor | None, need_id: UUID) -> Need:
    """Look for it no longer; what was suggested or asked for is closed. Raises NotFound, Forbidden, NeedClosed."""
    found, editor = await allowed(session, actor, need_id)
    if found.withdraw():
        session.add(found)
        await close_matches(session, found)
        audit.note(session, editor, "need.withdrawn", subject(found), {"status": "open"}, {"status": "withdrawn"})
    return found


async def meet(session: AsyncSession, actor: Actor | None, need_id: UUID) -> Need:
    """Have found what was looked for; raises NotFound, Forbidden. A second time changes nothing."""
    found, editor = await allowed(session, actor, need_id)
    before = found.status
    if found.meet():
        session.add(found)
        await close_matches(session, found)
        audit.note(session, editor, "need.met", subject(found), {"status": before}, {"status": "met"})
    return found


async def expire(session: AsyncSession) -> int:
    """End some of the needs whose day is over; returns how many. Any number of processes may do it at once and again."""
    over = select(Need).where(col(Need.status).in_(LIVE), col(Need.wanted_by) < today_in_norway())
    found = (await session.exec(over.order_by(col(Need.id)).limit(CHUNK).with_for_update())).all()
    for one in found:
        one.expire()
        session.add(one)
        await close_matches(session, one)
        audit.note(session, None, "need.expired", subject(one), {"status": "open"}, {"status": "expired"})
    return len(found)


async def close_matches(session: AsyncSession, found: Need) -> None:
    """Close what was suggested or asked for, where the need is looked for no longer."""
    pending = select(Match).where(Match.need_id == found.id, col(Match.state).in_(PENDING))
    for match in (await session.exec(pending.order_by(col(Match.id)).with_for_update())).all():
        match.close()
        session.add(match)


async def allowed(session: AsyncSession, actor: Actor | None, need_id: UUID) -> tuple[Need, Actor]:
    """Return the need, locked, and who acts; raises NotFound where they may not even read it, Forbidden where they may only read."""
    await asked.need(session, actor, need_id)
    found = (await session.exec(select(Need).where(Need.id == need_id).with_for_update())).one()
    return found, require(actor, "need.manage", asked.need_target(found))


def subject(found: Need) -> audit.Subject:
    """Return what is noted about a need."""
    return audit.Subject("need", found.id, [found.region])


async def _content(session: AsyncSession, given: NeedIn, found: Need | None) -> dict[str, Any]:
    content = given.content()
    same_day = found is not None and found.wanted_by == given.wanted_by
    if not same_day and not today_in_norway() <= given.wanted_by <= today_in_norway() + LONGEST:
        raise DayIsOver(field="wanted_by")
    terms = await queries.terms(session)
    held = found.measure_codes if found else []
    codes = [code_of(terms, "measure_type", word, "measure_types", held) for word in given.measure_types]
    return {**content, "measure_codes": list(dict.fromkeys(codes))}


async def _region(session: AsyncSession, slug: str) -> None:
    region = await session.get(Region, slug)
    if region is None or not region.holds:
        raise UnknownRegion(field="region", region=slug)
