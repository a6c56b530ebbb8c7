"""The JSON door to people."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners import queries
from services.partners.models import Person
from services.partners.schemas import (
    PersonIn,
    PersonOut,
)
from services.partners.usecases import people
from shared.auth.policy import about, require
from shared.web.doors import Reading, Who, Writing
from shared.web.idempotency import idempotent
from shared.web.problems import responses

router = APIRouter(prefix="/partners/api/v1", tags=["partners"])


@router.post("/people", status_code=201, responses=responses(401, 403, 409, 422))
@idempotent(status=201)
async def register_person(request: Request, session: Writing, actor: Who, given: PersonIn) -> PersonOut:
    """Register a person with a role. Staff of their region and national staff may."""
    return await _person(session, await people.register(session, actor, given))


@router.get("/people/{person_id}", responses=responses(401, 403, 404, 422))
async def read_person(session: Reading, actor: Who, person_id: UUID) -> PersonOut:
    """Read a person; staff only."""
    require(actor, "person.view", about())
    return await _person(session, await queries.person(session, person_id))


@router.put("/people/{person_id}", responses=responses(401, 403, 404, 409, 422))
async def edit_person(session: Writing, actor: Who, person_id: UUID, given: PersonIn) -> PersonOut:
    """Change a person as a whole; send the `version` you read."""
    return await _person(session, await people.edit(session, actor, person_id, given))


async def _person(session: AsyncSession, found: Person) -> PersonOut:
    grants = await queries.grants_of(session, [found.id])
    shown: dict[str, Any] = {
        **found.model_dump(),
        "regions": (await queries.regions_of_people(session, [found], grants))[found.id],
        "roles": sorted({grant.role for grant in grants[found.id]}),
        "organisation_ids": [grant.organisation_id for grant in grants[found.id] if grant.organisation_id],
    }
    return PersonOut.model_validate(shown)
