"""The JSON door to regions."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners import queries
from services.partners.models import Region
from services.partners.queries.regions import leaders, partner_counts
from services.partners.schemas.regions import RegionEdit, RegionIn, RegionOut
from services.partners.usecases import regions
from shared.web.doors import Reading, Who, Writing
from shared.web.idempotency import idempotent
from shared.web.problems import responses

router = APIRouter(prefix="/partners/api/v1", tags=["partners"])


@router.get("/regions")
async def list_regions(session: Reading, ended: bool = False) -> list[RegionOut]:
    """The regional partnerships of today, with the counties each is for and its official parallel names; with `ended` all there were."""
    return await _shown(session, await (queries.every_region if ended else queries.all_regions)(session))


@router.get("/regions/{slug}", responses=responses(404))
async def read_region(session: Reading, slug: str) -> RegionOut:
    """Read a region, also one that ended."""
    return (await _shown(session, [await queries.region(session, slug)]))[0]


@router.post("/regions", status_code=201, responses=responses(401, 403, 422))
@idempotent(status=201)
async def create_region(request: Request, session: Writing, actor: Who, given: RegionIn) -> RegionOut:
    """Enter a region. National staff may."""
    return (await _shown(session, [await regions.create(session, actor, given)]))[0]


@router.put("/regions/{slug}", responses=responses(401, 403, 404, 409, 422))
async def edit_region(session: Writing, actor: Who, slug: str, given: RegionEdit) -> RegionOut:
    """Change a region as a whole; send the `version` you read. Its leader may, but for its dates and place on the map."""
    return (await _shown(session, [await regions.edit(session, actor, slug, given)]))[0]


async def _shown(session: AsyncSession, found: Sequence[Region]) -> list[RegionOut]:
    led = await leaders(session, [region.slug for region in found])
    counts = await partner_counts(session)
    return [
        RegionOut.model_validate(
            {
                **region.model_dump(),
                "counties": region.covers,
                "leaders": [person.name for person in led[region.slug]],
                "members": counts.get(region.slug, (0, 0))[0],
                "guests": counts.get(region.slug, (0, 0))[1],
            }
        )
        for region in found
    ]
