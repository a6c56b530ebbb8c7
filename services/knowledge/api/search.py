"""The search, for programs."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse

from services.knowledge import asking
from services.knowledge.completing import LONGEST_TYPED, leads_to, suggestions
from services.knowledge.schemas import SearchOut, SuggestOut
from services.knowledge.search.filters import Wanted
from services.knowledge.search.finding import find, published_at
from services.knowledge.search.highlight import marked
from services.knowledge.search.meaning import Meaning
from services.knowledge.search.suggesting import MOST
from shared.web.app import request_url
from shared.web.doors import resources
from shared.web.problems import responses

router = APIRouter(prefix="/cases/api/v1", tags=["cases"])


@router.get("/search", response_model=SearchOut, responses=responses(422))
async def search_cases(request: Request, wanted: Annotated[Wanted, Depends(asking.strict)]) -> JSONResponse:
    """Search the library. Every filter can be repeated: choices of one facet widen it, facets narrow each other."""
    wanted = asking.by_today(wanted, await request.app.state.terms.all())
    places = await request.app.state.regions.places()
    found = await find(asking.searcher(request), resources(request).database, wanted, places)
    # Written as it is: checking a page of hits against the model once more costs as much as finding them.
    return JSONResponse(
        {
            "total": found.total,
            "reachable": found.reachable,
            "page": wanted.page,
            "per_page": wanted.per_page,
            "took_ms": found.took_ms,
            "degraded": found.degraded,
            "understood": _understood(found.meaning),
            "facets": found.facets,
            "hits": [_hit(request, document, found.meaning) for document in found.documents],
        }
    )


@router.get("/suggest", responses=responses(422))
async def suggest(
    request: Request,
    q: Annotated[str, Query(max_length=LONGEST_TYPED)] = "",
    limit: Annotated[int, Query(ge=1, le=20)] = MOST,
) -> SuggestOut:
    """Complete what is typed so far, in the reader's language. Short of two letters there is nothing to suggest."""
    found = await suggestions(request, q, limit)
    shown_ = [{"kind": each.kind, "text": each.text, "url": request_url(request, leads_to(each))} for each in found]
    return SuggestOut.model_validate({"suggestions": shown_})


def _understood(meaning: Meaning | None) -> dict[str, Any]:
    """Tell how a query was read, so that no program is surprised by a filter or another word."""
    if meaning is None:
        return {"filters": [], "corrections": []}
    return {
        "filters": [{"facet": each.facet, "values": each.values, "text": each.text} for each in meaning.intents],
        "corrections": [{"typed": each.typed, "taken": each.taken} for each in meaning.corrections],
    }


def _hit(request: Request, document: dict[str, Any], meaning: Meaning | None) -> dict[str, Any]:
    return {
        **document,
        "highlight": {name: marked(document[name], meaning) for name in ("title", "summary")},
        "published_at": published_at(document).isoformat(),
        "url": request_url(request, f"/cases/{document['id']}"),
    }
