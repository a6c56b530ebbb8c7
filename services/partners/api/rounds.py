"""The JSON door to the annual round."""

from uuid import UUID

from fastapi import APIRouter, Request

from services.partners.queries.rounds import all_rounds, progress, round_of
from services.partners.schemas.obligations_out import ExceptionOut, ProgressOut, RoundOut, RoundProgressOut
from services.partners.schemas.rounds import ExceptionIn, RoundIn
from services.partners.usecases import rounds
from shared.auth.policy import require
from shared.clock import now, today_in_norway
from shared.web.doors import Reading, Who, Writing
from shared.web.idempotency import idempotent
from shared.web.problems import responses

router = APIRouter(prefix="/partners/api/v1/rounds", tags=["rounds"])
READ = responses(401, 403, 404, 422)
CHANGE = responses(401, 403, 404, 409, 422)


@router.get("", responses=responses(401, 403))
async def list_rounds(session: Reading, actor: Who) -> list[RoundOut]:
    """Every round, newest year first; staff only."""
    require(actor, "work.view")
    return [RoundOut.model_validate(one) for one in await all_rounds(session)]


@router.post("", status_code=201, responses=responses(401, 403, 409, 422))
@idempotent(status=201)
async def plan_round(request: Request, session: Writing, actor: Who, given: RoundIn) -> RoundOut:
    """Plan a round; the national office may."""
    return RoundOut.model_validate(await rounds.plan(session, actor, given))


@router.get("/{round_id}", responses=READ)
async def read_round(session: Reading, actor: Who, round_id: UUID) -> RoundProgressOut:
    """A round, and how far it has come: in all, then region by region; staff only."""
    require(actor, "work.view")
    found = await round_of(session, round_id)
    parts = await progress(session, found, today_in_norway(now()))
    said = RoundOut.model_validate(found).model_dump()
    return RoundProgressOut(**said, progress=[ProgressOut.model_validate(one) for one in parts])


@router.put("/{round_id}", responses=CHANGE)
async def edit_round(session: Writing, actor: Who, round_id: UUID, given: RoundIn) -> RoundOut:
    """Change a round as a whole; send the `version` you read."""
    return RoundOut.model_validate(await rounds.edit(session, actor, round_id, given))


@router.post("/{round_id}/open", responses=CHANGE)
async def open_round(session: Writing, actor: Who, round_id: UUID) -> RoundOut:
    """Open a round ahead of its day."""
    return RoundOut.model_validate(await rounds.open_now(session, actor, round_id))


@router.post("/{round_id}/close", responses=CHANGE)
async def close_round(session: Writing, actor: Who, round_id: UUID) -> RoundOut:
    """Close a round: nobody is asked any more."""
    return RoundOut.model_validate(await rounds.close(session, actor, round_id))


@router.put("/{round_id}/exceptions/{organisation_id}", responses=CHANGE)
async def make_exception(
    session: Writing, actor: Who, round_id: UUID, organisation_id: UUID, given: ExceptionIn
) -> ExceptionOut:
    """Give an organisation more time, or let it off this round; staff of its regions may."""
    return ExceptionOut.model_validate(await rounds.make_exception(session, actor, round_id, organisation_id, given))


@router.delete("/{round_id}/exceptions/{organisation_id}", status_code=204, responses=CHANGE)
async def lift_exception(session: Writing, actor: Who, round_id: UUID, organisation_id: UUID) -> None:
    """End what was decided for an organisation."""
    await rounds.lift_exception(session, actor, round_id, organisation_id)
