"""The JSON door to segments."""

from uuid import UUID

from fastapi import APIRouter, Request

from services.partners.models.segments import Segment
from services.partners.queries import segments as asked
from services.partners.schemas.segments import RuleIn, SegmentCount, SegmentIn, SegmentList, SegmentOut
from services.partners.usecases import segments
from shared.auth.policy import require
from shared.web.doors import Reading, Who, Writing
from shared.web.idempotency import idempotent
from shared.web.problems import responses

router = APIRouter(prefix="/partners/api/v1", tags=["partners"])


@router.get("/segments", responses=responses(401, 403))
async def list_segments(session: Reading, actor: Who) -> SegmentList:
    """List the segments you may use; staff only."""
    require(actor, "segment.view")
    found = await asked.segments(session, actor)
    return SegmentList(total=len(found), hits=[_out(one) for one in found])


@router.post("/segments", status_code=201, responses=responses(401, 403, 409, 422))
@idempotent(status=201)
async def save_segment(request: Request, session: Writing, actor: Who, given: SegmentIn) -> SegmentOut:
    """Save a rule under a name. Region staff may where all of its regions are theirs, national staff anywhere."""
    return _out(await segments.save(session, actor, given))


@router.post("/segments/count", responses=responses(401, 403, 422))
async def count_segment(session: Reading, actor: Who, given: RuleIn) -> SegmentCount:
    """Count whom a rule names, without saving it."""
    rule = await segments.checked(session, actor, given)
    return SegmentCount(members=len(await asked.person_ids(session, rule)))


@router.get("/segments/{segment_id}", responses=responses(401, 403, 404, 422))
async def read_segment(session: Reading, actor: Who, segment_id: UUID) -> SegmentOut:
    """Read a segment you may use."""
    require(actor, "segment.view")
    found = await asked.segment(session, segment_id)
    require(actor, "segment.manage", await asked.reach_of(session, found.rule))
    return _out(found)


@router.put("/segments/{segment_id}", responses=responses(401, 403, 404, 409, 422))
async def edit_segment(session: Writing, actor: Who, segment_id: UUID, given: SegmentIn) -> SegmentOut:
    """Change a segment as a whole; send the `version` you read."""
    return _out(await segments.edit(session, actor, segment_id, given))


@router.delete("/segments/{segment_id}", status_code=204, responses=responses(401, 403, 404, 422))
async def give_up_segment(session: Writing, actor: Who, segment_id: UUID) -> None:
    """Have a segment be none any longer; who was invited by it already stays so."""
    require(actor, "segment.view")
    await segments.give_up(session, actor, segment_id)


def _out(found: Segment) -> SegmentOut:
    return SegmentOut(**found.model_dump(include=set(SegmentOut.model_fields) - {"rule"}), rule=found.rule)
