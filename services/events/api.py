"""The JSON door of events."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events import queries
from services.events.models import Reach, Webinar
from services.events.presenting import shown
from services.events.schemas import (
    AnswerIn,
    AudienceOut,
    CancelIn,
    RegistrationOut,
    WebinarIn,
    WebinarList,
    WebinarOut,
)
from services.events.usecases import drafting, publishing, registrations
from shared.auth.actor import Actor
from shared.auth.policy import require
from shared.errors import SignInNeeded
from shared.web.doors import Reading, Who, Writing
from shared.web.idempotency import idempotent
from shared.web.paging import MOST_PER_PAGE, PER_PAGE
from shared.web.problems import responses

router = APIRouter(prefix="/events/api/v1", tags=["events"])


@router.post("/webinars", status_code=201, responses=responses(401, 403, 409, 422))
@idempotent(status=201)
async def draft_webinar(request: Request, session: Writing, actor: Who, given: WebinarIn) -> WebinarOut:
    """Draft a webinar. National staff may for the whole network, regional staff for regions that are all theirs."""
    return await _one(request, session, actor, await drafting.draft(session, actor, given))


@router.get("/webinars", responses=responses(422))
async def list_webinars(
    request: Request,
    session: Reading,
    actor: Who,
    scope: Reach | None = None,
    region: Annotated[str | None, Query(pattern=r"^[a-z0-9-]{1,60}$")] = None,
    upcoming: Annotated[bool | None, Query(description="true: not yet over; false: over; left out: both.")] = None,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=MOST_PER_PAGE)] = PER_PAGE,
) -> WebinarList:
    """Read the calendar: announced and cancelled webinars, those ahead by their start, others latest first."""
    heirs = tuple(await queries.heirs(session, region)) if region else ()
    wanted = queries.Filter(scope, region, None, upcoming, heirs=heirs)
    total, found = await queries.calendar(session, wanted, page, per_page)
    return WebinarList(total=total, page=page, per_page=per_page, hits=await shown(request, session, actor, found))


@router.get("/webinars/{webinar_id}", responses=responses(404, 422))
async def read_webinar(request: Request, session: Reading, actor: Who, webinar_id: UUID) -> WebinarOut:
    """Read a webinar; drafts are there for staff alone."""
    return await _one(request, session, actor, await queries.visible(session, actor, webinar_id))


@router.put("/webinars/{webinar_id}", responses=responses(401, 403, 404, 409, 422))
async def edit_webinar(
    request: Request, session: Writing, actor: Who, webinar_id: UUID, given: WebinarIn
) -> WebinarOut:
    """Change a draft as a whole; send the `version` you read."""
    return await _one(request, session, actor, await drafting.edit(session, actor, webinar_id, given))


@router.post("/webinars/{webinar_id}/publish", responses=responses(401, 403, 404, 409, 422))
@idempotent()
async def publish_webinar(request: Request, session: Writing, actor: Who, webinar_id: UUID) -> WebinarOut:
    """Announce a webinar and have everybody it concerns invited; a second time changes nothing."""
    return await _one(request, session, actor, await publishing.publish(session, actor, webinar_id))


@router.post("/webinars/{webinar_id}/cancel", responses=responses(401, 403, 404, 409, 422))
@idempotent()
async def cancel_webinar(
    request: Request, session: Writing, actor: Who, webinar_id: UUID, given: CancelIn | None = None
) -> WebinarOut:
    """Call a webinar off and have everybody invited told; a second time changes nothing."""
    reason = given.reason if given else ""
    return await _one(request, session, actor, await publishing.cancel(session, actor, webinar_id, reason))


@router.get("/webinars/{webinar_id}/audience", responses=responses(401, 403, 404, 422))
async def count_audience(session: Reading, actor: Who, webinar_id: UUID) -> AudienceOut:
    """Count the people a webinar concerns as of now; staff only."""
    require(actor, "webinar.read-unpublished")
    found = await queries.webinar(session, webinar_id)
    return AudienceOut(
        count=await queries.audience_count(session, found.audience),
        regions=await queries.audience_regions(session, found.audience),
    )


@router.post("/webinars/{webinar_id}/registration", responses=responses(401, 404, 409, 422))
@idempotent()
async def answer_webinar(
    request: Request, session: Writing, actor: Who, webinar_id: UUID, given: AnswerIn
) -> RegistrationOut:
    """Answer for the signed-in person; the same answer again changes nothing."""
    if actor is None:
        raise SignInNeeded
    answer = await registrations.answer(session, webinar_id, actor.person_id, given.state, "self")
    return RegistrationOut(**answer.model_dump(include=set(RegistrationOut.model_fields)))


async def _one(request: Request, session: AsyncSession, actor: Actor | None, found: Webinar) -> WebinarOut:
    return (await shown(request, session, actor, [found]))[0]
