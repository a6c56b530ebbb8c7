"""The JSON door to partnerships: where an organisation is a partner or guest, begun and ended by staff of the region."""

from uuid import UUID

from fastapi import APIRouter, Request

from services.partners.schemas.regions import MembershipEnd, MembershipIn, MembershipOut
from services.partners.usecases import memberships
from shared.web.doors import Who, Writing
from shared.web.idempotency import idempotent
from shared.web.problems import responses

router = APIRouter(prefix="/partners/api/v1/organisations/{organisation_id}/memberships", tags=["partners"])


@router.post("", status_code=201, responses=responses(401, 403, 404, 409, 422))
@idempotent(status=201)
async def begin_membership(
    request: Request, session: Writing, actor: Who, organisation_id: UUID, given: MembershipIn
) -> MembershipOut:
    """Have an organisation be a partner or guest of your region, also one that is known from another region."""
    return MembershipOut.model_validate(await memberships.begin(session, actor, organisation_id, given))


@router.post("/{membership_id}/end", responses=responses(401, 403, 404, 409, 422))
@idempotent(status=200)
async def end_membership(
    request: Request, session: Writing, actor: Who, organisation_id: UUID, membership_id: UUID, given: MembershipEnd
) -> MembershipOut:
    """End a partnership in your region on a day."""
    return MembershipOut.model_validate(
        await memberships.end(session, actor, organisation_id, membership_id, given.until)
    )
