"""The JSON door to claims."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from services.partners.queries.claims import claims_waiting
from services.partners.schemas.claims import ClaimIn, ClaimOut, RejectionIn
from services.partners.usecases import claims
from shared.auth.policy import require
from shared.web.doors import Reading, Who, Writing
from shared.web.idempotency import idempotent
from shared.web.paging import MOST_PER_PAGE
from shared.web.problems import responses

router = APIRouter(prefix="/partners/api/v1", tags=["partners"])


@router.get("/claims", responses=responses(401, 403, 422))
async def list_claims(
    session: Reading, actor: Who, most: Annotated[int, Query(ge=1, le=MOST_PER_PAGE)] = MOST_PER_PAGE
) -> list[ClaimOut]:
    """The claims that wait for an answer in your regions, the longest waiting first; staff only."""
    signed_in = require(actor, "work.view")
    waiting = await claims_waiting(session, None if signed_in.is_national else signed_in.regions)
    return [ClaimOut.model_validate(one.claim) for one in waiting[:most]]


@router.post("/organisations/{organisation_id}/claims", status_code=201, responses=responses(401, 404, 409, 422))
@idempotent(status=201)
async def claim_organisation(
    request: Request, session: Writing, actor: Who, organisation_id: UUID, given: ClaimIn
) -> ClaimOut:
    """Claim an organisation for yourself. Its region answers."""
    return ClaimOut.model_validate(await claims.request(session, actor, organisation_id, given.message))


@router.post("/claims/{claim_id}/accept", responses=responses(401, 403, 404, 409, 422))
async def accept_claim(session: Writing, actor: Who, claim_id: UUID) -> ClaimOut:
    """Have whoever claimed an organisation answer for it; they are told by mail."""
    return ClaimOut.model_validate(await claims.accept(session, actor, claim_id))


@router.post("/claims/{claim_id}/reject", responses=responses(401, 403, 404, 409, 422))
async def reject_claim(session: Writing, actor: Who, claim_id: UUID, given: RejectionIn) -> ClaimOut:
    """Refuse a claim, and say why; the reason is sent by mail."""
    return ClaimOut.model_validate(await claims.reject(session, actor, claim_id, given.reason))


@router.post("/claims/{claim_id}/withdraw", status_code=204, responses=responses(401, 403, 404, 409, 422))
async def withdraw_claim(session: Writing, actor: Who, claim_id: UUID) -> None:
    """Take your own claim back."""
    await claims.withdraw(session, actor, claim_id)
