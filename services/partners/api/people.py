"""The JSON door to people."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners import queries
from services.partners.models import Person
from services.partners.queries.people import Held
from services.partners.schemas.fields import Slug
from services.partners.schemas.people import (
    FunctionsIn,
    GrantOut,
    PersonEdit,
    PersonIn,
    PersonList,
    PersonOut,
    RoleEnd,
    RoleIn,
)
from services.partners.usecases import people, roles
from shared.auth.policy import require
from shared.contracts.vocabulary import PartnerFunction, Role
from shared.errors import Invalid
from shared.web.doors import Reading, Who, Writing
from shared.web.idempotency import idempotent
from shared.web.inputs import UNSTORABLE, storable
from shared.web.paging import MOST_PER_PAGE, PER_PAGE
from shared.web.problems import responses

router = APIRouter(prefix="/partners/api/v1", tags=["partners"])


@router.post("/people", status_code=201, responses=responses(401, 403, 409, 422))
@idempotent(status=201)
async def register_person(request: Request, session: Writing, actor: Who, given: PersonIn) -> PersonOut:
    """Register a person with a first role. Staff of their region and national staff may."""
    return await _person(session, await people.register(session, actor, given))


@router.get("/people", responses=responses(401, 403, 422))
async def list_people(
    session: Reading,
    actor: Who,
    q: Annotated[str, Query(max_length=200, description="Part of a name or address.")] = "",
    region: Annotated[Slug | None, Query(description="A region they belong to.")] = None,
    organisation: Annotated[UUID | None, Query(description="An organisation they act for.")] = None,
    role: Role | None = None,
    function: PartnerFunction | None = None,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=MOST_PER_PAGE)] = PER_PAGE,
) -> PersonList:
    """List the people of one's own regions; national staff see all. Those named by role, organisation and function hold all in one role."""
    require(actor, "person.list")
    if not storable(q):
        raise Invalid(UNSTORABLE, field="q")
    wanted = queries.PeopleFilter(q.strip(), region or "", organisation, role, function)
    total, found = await queries.people(session, actor, wanted, page, per_page)
    return PersonList(total=total, page=page, per_page=per_page, hits=await _people(session, found))


@router.get("/people/{person_id}", responses=responses(401, 403, 404, 422))
async def read_person(session: Reading, actor: Who, person_id: UUID) -> PersonOut:
    """Read a person of one's own regions, with all the roles they hold and held."""
    require(actor, "person.list")
    return await _person(session, await queries.person_in_reach(session, actor, person_id))


@router.put("/people/{person_id}", responses=responses(401, 403, 404, 409, 422))
async def edit_person(session: Writing, actor: Who, person_id: UUID, given: PersonEdit) -> PersonOut:
    """Change what is kept of a person as a whole; send the `version` you read. Roles are given and ended one by one."""
    return await _person(session, await people.edit(session, actor, person_id, given))


@router.post("/people/{person_id}/roles", status_code=201, responses=responses(401, 403, 404, 409, 422))
@idempotent(status=201)
async def give_role(request: Request, session: Writing, actor: Who, person_id: UUID, given: RoleIn) -> GrantOut:
    """Give a person one more role. Leads give those of their region, staff those of its partners."""
    return GrantOut.model_validate(await roles.give(session, actor, person_id, given))


@router.post("/people/{person_id}/roles/{role_id}/end", responses=responses(401, 403, 404, 409, 422))
async def end_role(
    session: Writing, actor: Who, person_id: UUID, role_id: UUID, given: RoleEnd | None = None
) -> PersonOut:
    """End a role, today unless told. Whoever could give it may."""
    await queries.person_in_reach(session, require(actor, "person.list"), person_id)
    await roles.end(session, actor, person_id, role_id, given or RoleEnd())
    return await _person(session, await queries.person(session, person_id))


@router.put("/people/{person_id}/roles/{role_id}/functions", responses=responses(401, 403, 404, 422))
async def set_functions(session: Writing, actor: Who, person_id: UUID, role_id: UUID, given: FunctionsIn) -> PersonOut:
    """Say what a person does for the organisation of a role."""
    await queries.person_in_reach(session, require(actor, "person.list"), person_id)
    await roles.perform(session, actor, person_id, role_id, given)
    return await _person(session, await queries.person(session, person_id))


async def _person(session: AsyncSession, found: Person) -> PersonOut:
    return (await _people(session, [found]))[0]


async def _people(session: AsyncSession, found: Sequence[Person]) -> list[PersonOut]:
    ever = await queries.grants_ever(session, [person.id for person in found])
    running = await queries.grants_of(session, [person.id for person in found])
    regions = await queries.regions_of_people(session, found, running)
    return [
        PersonOut.model_validate(
            {**person.model_dump(), "regions": regions[person.id], **_roles(running, ever, person)}
        )
        for person in found
    ]


def _roles(running: Held, ever: Held, person: Person) -> dict[str, Any]:
    held = running[person.id]
    return {
        "roles": sorted({grant.role for grant in held}),
        "organisation_ids": sorted({grant.organisation_id for grant in held if grant.organisation_id}),
        "functions": sorted({function for grant in held for function in grant.functions}),
        "grants": [GrantOut.model_validate(grant) for grant in ever[person.id]],
    }
