"""What the library's measures come to, for programs."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.knowledge import queries
from services.knowledge.impactboard import Chosen, board
from services.knowledge.queries.impact import alike
from services.knowledge.schemas.impact import ImpactOut, impact_out
from shared.contracts.vocabulary import FocusArea
from shared.web.doors import Reading
from shared.web.problems import responses

router = APIRouter(prefix="/cases/api/v1/impact", tags=["impact"])


@router.get("", responses=responses(422))
async def read_impact(
    session: Reading,
    region: Annotated[str, Query(max_length=60, pattern="^[a-z0-9-]*$")] = "",
    focus_area: FocusArea | None = None,
    scope: Annotated[int | None, Query(ge=1, le=3)] = None,
    year: Annotated[int | None, Query(ge=1990, le=2100)] = None,
) -> ImpactOut:
    """Tonnes saved a year by published measures, method by method, with what was left out of the sums and why."""
    regions = queries.heirs(await queries.regions(session), (region,)) if region else ()
    chosen = Chosen(regions, focus_area or "", str(scope or ""), str(year or ""))
    return impact_out(board(await alike(session), chosen))
