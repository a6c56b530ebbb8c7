"""The JSON door to the register of organisations: what it tells of a number, as values to register it with."""

from fastapi import APIRouter, Request

from services.partners import queries
from services.partners.orgnumber import normalised
from services.partners.register.sectors import sector_of
from services.partners.register.unit import Unit
from services.partners.resources import register_of
from services.partners.schemas import ProposalOut
from services.partners.usecases.prefill import proposed
from services.partners.visibility import hidden
from shared.auth.policy import require
from shared.errors import Invalid, NotFound
from shared.web.doors import Who, resources
from shared.web.problems import responses

router = APIRouter(prefix="/partners/api/v1", tags=["partners"])


@router.get("/register/{org_number}", responses=responses(401, 403, 404, 422, 503))
async def read_register(request: Request, actor: Who, org_number: str) -> ProposalOut:
    """What the register of organisations tells of a number; staff only. 404 for a number it does not know, 503 while it is away."""
    signed_in = require(actor, "registry.import")
    try:
        number = normalised(org_number)
    except ValueError as error:
        raise Invalid(str(error), field="org_number") from error
    told = await register_of(request).unit(number)
    if not isinstance(told, Unit):
        raise NotFound
    found = resources(request)
    async with found.database.reading() as session:
        known = await queries.organisation_by_number(session, number)
        regions = await queries.regions_of(session, [known.id]) if known else {}
    if known and hidden(signed_in, known, regions[known.id]):
        known = None
    sector = sector_of(told)
    reason = found.renderer.translate(request.state.language, sector.text, {"value": sector.value})
    return ProposalOut(
        **proposed(told),
        sector_reason=reason,
        sector_certain=sector.certain,
        deleted=told.deleted,
        known_as=known.id if known else None,
    )
