"""The JSON door to erasing people."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, StringConstraints

from services.partners.usecases import erasing
from shared.web.app import request_url
from shared.web.doors import Who, Writing, resources
from shared.web.inputs import Input
from shared.web.problems import responses

router = APIRouter(prefix="/partners/api/v1", tags=["partners"])


class ErasureIn(Input):
    """How and why somebody is erased."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=600)] = Field(
        description="How the wish came in; forgotten when the erasure is complete."
    )
    how: Literal["mail", "now"] = Field("mail", description="Have the person confirm by mail, or erase them at once.")


class ErasureOut(BaseModel):
    """How far an erasure has come."""

    state: Literal["waiting for another contact", "waiting for confirmation", "erased"]
    certificate: str | None = Field(description="Address of the page that tells when every part has forgotten.")
    confirmed_at: datetime | None


@router.post("/people/{person_id}/erase", responses=responses(401, 403, 404, 409, 422))
async def erase_person(request: Request, session: Writing, actor: Who, person_id: UUID, given: ErasureIn) -> ErasureOut:
    """Erase a person who asked for it. Staff of all their regions may. Whoever is the only contact of an organisation is not erased."""
    if given.how == "now":
        made = await erasing.erase_now(session, actor, person_id, given.reason)
    else:
        made = await erasing.ask_for(session, actor, resources(request).keys.link, person_id, given.reason)
    waiting = "waiting for another contact" if made.blocked_at else "waiting for confirmation"
    return ErasureOut(
        state="erased" if made.code else waiting,
        certificate=request_url(request, f"/partners/erased/{made.code}") if made.code else None,
        confirmed_at=made.confirmed_at,
    )
