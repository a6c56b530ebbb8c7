"""Needs and their matches, for programs."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from services.knowledge.models import Need
from services.knowledge.queries import needs as asked
from services.knowledge.schemas.needs import (
    DeclineIn,
    IntroductionOut,
    MatchesOut,
    MatchOut,
    NeedIn,
    NeedOut,
    OutcomeIn,
)
from services.knowledge.usecases import introducing, needs
from shared.auth.policy import require
from shared.contracts.vocabulary import FocusArea
from shared.db.engine import is_sqlite
from shared.web.app import request_url
from shared.web.doors import Reading, Who, Writing, resources
from shared.web.idempotency import idempotent
from shared.web.problems import responses

router = APIRouter(prefix="/cases/api/v1/needs", tags=["needs"])
STEP = responses(401, 403, 404, 409, 422)
ASKED = responses(401, 403, 404, 409, 422, 429)
introductions = APIRouter(prefix="/cases/api/v1/introductions", tags=["needs"])
Slugs = Annotated[list[Annotated[str, Query(pattern=r"^[a-z0-9-]{1,60}$")]], Query(max_length=20)]


@router.get("", responses=responses(422))
async def list_needs(
    request: Request,
    session: Reading,
    actor: Who,
    region: Slugs = [],  # noqa: B006 FastAPI copies defaults
    focus_area: Annotated[list[FocusArea], Query(max_length=10)] = [],  # noqa: B006
    scope: Annotated[list[Annotated[int, Query(ge=1, le=3)]], Query(max_length=3)] = [],  # noqa: B006
    sort: asked.NeedSort = "deadline",
) -> list[NeedOut]:
    """List the needs nobody has met, as far as you may read them; the first 200."""
    wanted = asked.NeedsWanted(tuple(region), tuple(focus_area), tuple(scope), sort)
    found = await asked.board(session, actor, wanted, sqlite=is_sqlite(resources(request).database.url))
    return [shown(request, one) for one in found]


@router.post("", status_code=201, responses=responses(401, 403, 409, 422))
@idempotent(status=201)
async def post_need(request: Request, session: Writing, actor: Who, given: NeedIn) -> NeedOut:
    """Say what an organisation is looking for. Its own people may, and staff of the region for them."""
    return shown(request, await needs.post(session, actor, given))


@router.get("/{need_id}", responses=responses(404, 422))
async def read_need(request: Request, session: Reading, actor: Who, need_id: UUID) -> NeedOut:
    """Read a need that is for everybody, or for you."""
    return shown(request, await asked.need(session, actor, need_id))


@router.put("/{need_id}", responses=STEP)
async def edit_need(request: Request, session: Writing, actor: Who, need_id: UUID, given: NeedIn) -> NeedOut:
    """Change a need as a whole; send the `version` you read."""
    return shown(request, await needs.edit(session, actor, need_id, given))


@router.post("/{need_id}/withdraw", responses=STEP)
@idempotent()
async def withdraw_need(request: Request, session: Writing, actor: Who, need_id: UUID) -> NeedOut:
    """Look for it no longer; matches that were open are closed."""
    return shown(request, await needs.withdraw(session, actor, need_id))


@router.get("/{need_id}/matches", responses=responses(401, 403, 404, 422))
async def list_matches(session: Reading, actor: Who, need_id: UUID) -> MatchesOut:
    """List the cases that may answer a need, the nearest first. For its own people and staff of its region."""
    found = await asked.need(session, actor, need_id)
    require(actor, "need.manage", asked.need_target(found))
    rows = await asked.matches_of(session, need_id)
    told = [
        MatchOut.model_validate({**match.model_dump(), "case_id": case.id, "case_title": case.title})
        for match, case in rows
    ]
    return MatchesOut(waits=await asked.waits(session, need_id), matches=told)


@router.post("/{need_id}/matches/{match_id}/ask", responses=ASKED)
@idempotent()
async def ask_for_introduction(
    request: Request, session: Writing, actor: Who, need_id: UUID, match_id: UUID
) -> IntroductionOut:
    """Ask to be introduced to those behind a case. They are asked by mail; nobody's address is told."""
    return IntroductionOut.model_validate(await introducing.ask(session, actor, need_id, match_id))


@router.post("/{need_id}/matches/{match_id}/outcome", responses=STEP)
@idempotent()
async def tell_outcome(
    request: Request, session: Writing, actor: Who, need_id: UUID, match_id: UUID, given: OutcomeIn
) -> IntroductionOut:
    """Tell whether an introduction helped; with `yes`, the need is met."""
    return IntroductionOut.model_validate(await introducing.tell(session, actor, need_id, match_id, given))


@introductions.post("/{match_id}/accept", responses=STEP)
@idempotent()
async def accept_introduction(request: Request, session: Writing, actor: Who, match_id: UUID) -> IntroductionOut:
    """Say yes for a case: both get one mail, which answers the other. For whoever answers for the case."""
    return IntroductionOut.model_validate((await introducing.accept(session, actor, match_id)).match)


@introductions.post("/{match_id}/decline", responses=STEP)
@idempotent()
async def decline_introduction(
    request: Request, session: Writing, actor: Who, match_id: UUID, given: DeclineIn
) -> IntroductionOut:
    """Say no for a case; the reason may be left out, and is told to whoever asked."""
    return IntroductionOut.model_validate((await introducing.decline(session, actor, match_id, given.reason)).match)


def shown(request: Request, found: Need) -> NeedOut:
    """Return a need as programs get it."""
    return NeedOut.model_validate({**found.model_dump(), "url": request_url(request, f"/cases/needs/{found.id}")})
