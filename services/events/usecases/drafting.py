"""Drafting and editing webinars."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.errors import ExternalIdTaken, Stale, UnknownRegion, UnknownSegment
from services.events.models import Webinar, times
from services.events.queries import regions_today, segments
from services.events.queries import webinar as webinar_of
from services.events.schemas import WHICH_REGIONS, WebinarIn
from services.events.usecases.rearranged import REGIONS
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import about, require
from shared.db.locks import hold
from shared.errors import Invalid

FIELDS = {
    "title",
    "summary",
    "description",
    "language",
    "scope",
    "regions",
    "focus_area",
    "segment_id",
    "join_url",
    "capacity",
}
UNTOLD = ("sequence", "organiser_id", "join_url")
"""What the audit does not repeat of a webinar; its link is a secret of those who come."""


async def draft(session: AsyncSession, actor: Actor | None, given: WebinarIn) -> Webinar:
    """Begin a webinar nobody but staff sees yet.

    Raises Forbidden, Invalid (no region), UnknownRegion, UnknownSegment, NoSuchTime, EndsTooEarly, ExternalIdTaken.
    """
    known = require(actor, "webinar.draft", about(*given.regions, national=_national(given)))
    await hold(session, REGIONS, together=True)
    await _regions_exist(session, given)
    await _segment_usable(session, actor, given)
    if given.external_id and await external(session, given.external_id):
        raise ExternalIdTaken(field="external_id")
    made = Webinar(**values(given), external_id=given.external_id, organiser_id=known.person_id)
    session.add(made)
    try:
        await session.flush()
    except IntegrityError as taken:
        # Two asked at once, and the other was first.
        raise ExternalIdTaken(field="external_id") from taken
    audit.note(session, actor, "webinar.drafted", subject(made), None, audit.snapshot(made, leave_out=UNTOLD))
    return made


async def edit(session: AsyncSession, actor: Actor | None, webinar_id: UUID, given: WebinarIn) -> Webinar:
    """Change a draft as a whole; its external id stays. Raises NotFound, Forbidden, Stale, NotADraft and what `draft` raises."""
    await hold(session, REGIONS, together=True)
    found = await webinar_of(session, webinar_id, to_change=True)
    require(actor, "webinar.edit", found.target)
    require(actor, "webinar.edit", about(*given.regions, national=_national(given)))
    if given.version is not None and given.version != found.version:
        raise Stale
    await _regions_exist(session, given)
    if given.segment_id != found.segment_id:
        await _segment_usable(session, actor, given)
    before, concerned = audit.snapshot(found, leave_out=UNTOLD), subject(found)
    found.revise(values(given))
    session.add(found)
    await session.flush()
    concerned = replace(concerned, regions={*concerned.regions, *found.regions})
    audit.note(session, actor, "webinar.edited", concerned, before, audit.snapshot(found, leave_out=UNTOLD))
    return found


def subject(webinar: Webinar) -> audit.Subject:
    """Return what the audit says a change is about: a webinar, of the regions it is for."""
    return audit.Subject("webinar", webinar.id, tuple(webinar.regions))


def values(given: WebinarIn) -> dict[str, Any]:
    """Return what a webinar keeps of its input; raises NoSuchTime, EndsTooEarly."""
    return {**given.model_dump(include=FIELDS), **times(given.starts_at, given.ends_at, given.time_zone)}


async def external(session: AsyncSession, external_id: str) -> Webinar | None:
    """Return the webinar that was entered under an external id."""
    return (await session.exec(select(Webinar).where(Webinar.external_id == external_id))).one_or_none()


def _national(given: WebinarIn) -> bool:
    if given.scope == "regions" and not given.regions:
        raise Invalid(WHICH_REGIONS, field="regions")
    return given.scope == "national"


async def _segment_usable(session: AsyncSession, actor: Actor | None, given: WebinarIn) -> None:
    if given.segment_id and given.segment_id not in {one.segment_id for one in await segments(session, actor)}:
        raise UnknownSegment(field="segment_id")


async def _regions_exist(session: AsyncSession, given: WebinarIn) -> None:
    known = {region.slug for region in await regions_today(session)}
    for slug in given.regions:
        if slug not in known:
            raise UnknownRegion(field="regions", region=slug)
