"""The JSON door to regions."""

from fastapi import APIRouter

from services.partners import queries
from services.partners.schemas import (
    RegionOut,
)
from shared.web.doors import Reading

router = APIRouter(prefix="/partners/api/v1", tags=["partners"])


@router.get("/regions")
async def list_regions(session: Reading) -> list[RegionOut]:
    """The regional partnerships, with the county each is for and its official parallel names."""
    return [RegionOut.model_validate(region) for region in await queries.all_regions(session)]
