"""The JSON door to organisations."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners import queries
from services.partners.models import Logo, Organisation
from services.partners.queries.facets import Sort
from services.partners.schemas import (
    OrganisationEdit,
    OrganisationIn,
    OrganisationList,
    OrganisationOut,
    Slug,
    TopicCode,
)
from services.partners.usecases import organisations
from services.partners.visibility import DEFAULTS, hidden, level_for, level_of, shown
from shared.auth.actor import Actor
from shared.contracts.vocabulary import Sector
from shared.errors import Invalid, NotFound
from shared.web.app import request_url
from shared.web.doors import Reading, Who, Writing
from shared.web.idempotency import idempotent
from shared.web.inputs import UNSTORABLE, storable
from shared.web.paging import MOST_PER_PAGE, PER_PAGE, offset
from shared.web.problems import responses

router = APIRouter(prefix="/partners/api/v1", tags=["partners"])


@router.post("/organisations", status_code=201, responses=responses(401, 403, 409, 422))
@idempotent(status=201)
async def register_organisation(
    request: Request, session: Writing, actor: Who, given: OrganisationIn
) -> OrganisationOut:
    """Register an organisation. Staff of its regions and national staff may. It is compared with the register at night."""
    made = await organisations.register(session, actor, given)
    return await _organisation(request, session, actor, made)


@router.get("/organisations", responses=responses(422))
async def list_organisations(
    request: Request,
    session: Reading,
    actor: Who,
    q: Annotated[str, Query(max_length=200)] = "",
    region: Annotated[list[Slug], Query(max_length=20, description="Slugs; any of them.")] = [],  # noqa: B006
    sector: Annotated[list[Sector], Query(max_length=10, description="Any of them.")] = [],  # noqa: B006
    theme: Annotated[list[TopicCode], Query(max_length=20, description="Themes of industry; any.")] = [],  # noqa: B006
    offers: Annotated[list[TopicCode], Query(max_length=20, description="Topics; any of them.")] = [],  # noqa: B006
    needs: Annotated[list[TopicCode], Query(max_length=20, description="Topics; any of them.")] = [],  # noqa: B006
    sort: Sort = "name",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=MOST_PER_PAGE)] = PER_PAGE,
) -> OrganisationList:
    """Search the public directory of partners. `facets` count what each value of a group would find, whatever is chosen of it."""
    if not storable(q):
        raise Invalid(UNSTORABLE, field="q")
    regions = tuple(await queries.heirs(session, region))
    wanted = queries.Filter(q.strip(), regions, tuple(sector), tuple(theme), tuple(offers), tuple(needs), sort)
    found = await queries.faceted(session, wanted, "network" if actor else "public")
    first = offset(page, per_page)
    rows = await queries.organisations_in_order(session, found.ids[first : first + per_page])
    return OrganisationList(
        total=len(found.ids),
        page=page,
        per_page=per_page,
        facets={group: dict(counts) for group, counts in found.counts.items()},
        hits=await organisations_out(request, session, actor, rows),
    )


@router.get("/organisations/{organisation_id}", responses=responses(404, 422))
async def read_organisation(request: Request, session: Reading, actor: Who, organisation_id: UUID) -> OrganisationOut:
    """Read an organisation, as far as you may see it. A double says in `merged_into` what took its place."""
    found = await queries.organisation(session, organisation_id)
    slugs = (await queries.regions_of(session, [found.id]))[found.id]
    if hidden(actor, found, slugs):
        raise NotFound
    return await _organisation(request, session, actor, found)


@router.put("/organisations/{organisation_id}", responses=responses(401, 403, 404, 409, 422))
async def edit_organisation(
    request: Request, session: Writing, actor: Who, organisation_id: UUID, given: OrganisationEdit
) -> OrganisationOut:
    """Change an organisation as a whole; send the `version` you read."""
    changed = await organisations.edit(session, actor, organisation_id, given)
    return await _organisation(request, session, actor, changed)


async def _organisation(
    request: Request, session: AsyncSession, actor: Actor | None, found: Organisation
) -> OrganisationOut:
    return (await organisations_out(request, session, actor, [found]))[0]


async def organisations_out(
    request: Request, session: AsyncSession, actor: Actor | None, found: Sequence[Organisation]
) -> list[OrganisationOut]:
    """Return organisations as `actor` may see them."""
    ids = [one.id for one in found]
    regions = await queries.regions_of(session, ids)
    query = select(Logo.organisation_id, Logo.digest).where(col(Logo.organisation_id).in_(ids))
    logos = dict((await session.exec(query)).all())

    def out(one: Organisation) -> OrganisationOut:
        logo = f"/partners/{one.id}/logo?v={logos[one.id][:12]}" if one.id in logos else None
        values: dict[str, Any] = {
            **shown(one, level_for(actor, one, regions[one.id])),
            "visibility": {name: level_of(one, name) for name in DEFAULTS},
            "regions": regions[one.id],
            "logo_url": logo and request_url(request, logo),
            "url": request_url(request, f"/partners/{one.id}"),
        }
        return OrganisationOut.model_validate(values)

    return [out(one) for one in found]
