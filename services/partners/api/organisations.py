"""The JSON door to organisations."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners import queries
from services.partners.models import Organisation
from services.partners.schemas import (
    OrganisationIn,
    OrganisationList,
    OrganisationOut,
    Slug,
)
from services.partners.usecases import organisations
from shared.contracts.vocabulary import Sector
from shared.errors import Invalid
from shared.web.app import request_url
from shared.web.doors import Reading, Who, Writing
from shared.web.idempotency import idempotent
from shared.web.inputs import UNSTORABLE, storable
from shared.web.paging import MOST_PER_PAGE, PER_PAGE
from shared.web.problems import responses

router = APIRouter(prefix="/partners/api/v1", tags=["partners"])


@router.post("/organisations", status_code=201, responses=responses(401, 403, 409, 422))
@idempotent(status=201)
async def register_organisation(
    request: Request, session: Writing, actor: Who, given: OrganisationIn
) -> OrganisationOut:
    """Register an organisation. Staff of its regions and national staff may."""
    made = await organisations.register(session, actor, given)
    return await _organisation(request, session, made)


@router.get("/organisations", responses=responses(422))
async def list_organisations(
    request: Request,
    session: Reading,
    q: Annotated[str, Query(max_length=200)] = "",
    region: Annotated[list[Slug], Query(max_length=20, description="Slugs; any of them.")] = [],  # noqa: B006
    sector: Annotated[list[Sector], Query(max_length=10, description="Any of them.")] = [],  # noqa: B006
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=MOST_PER_PAGE)] = PER_PAGE,
) -> OrganisationList:
    """Search the public directory of partners."""
    if not storable(q):
        raise Invalid(UNSTORABLE, field="q")
    wanted = queries.Filter(q.strip(), tuple(region), tuple(sector))
    total, found = await queries.directory(session, wanted, page, per_page)
    return OrganisationList(
        total=total, page=page, per_page=per_page, hits=await _organisations(request, session, found)
    )


@router.get("/organisations/{organisation_id}", responses=responses(404, 422))
async def read_organisation(request: Request, session: Reading, organisation_id: UUID) -> OrganisationOut:
    """Read an organisation."""
    return await _organisation(request, session, await queries.organisation(session, organisation_id))


@router.put("/organisations/{organisation_id}", responses=responses(401, 403, 404, 409, 422))
async def edit_organisation(
    request: Request, session: Writing, actor: Who, organisation_id: UUID, given: OrganisationIn
) -> OrganisationOut:
    """Change an organisation as a whole; send the `version` you read."""
    return await _organisation(request, session, await organisations.edit(session, actor, organisation_id, given))


async def _organisation(request: Request, session: AsyncSession, found: Organisation) -> OrganisationOut:
    return (await _organisations(request, session, [found]))[0]


async def _organisations(
    request: Request, session: AsyncSession, found: Sequence[Organisation]
) -> list[OrganisationOut]:
    regions = await queries.regions_of(session, [one.id for one in found])
    shown: list[dict[str, Any]] = [
        {**one.model_dump(), "regions": regions[one.id], "url": request_url(request, f"/partners/{one.id}")}
        for one in found
    ]
    return [OrganisationOut.model_validate(one) for one in shown]
