"""The work list: where staff begin their day."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.partners import queries
from services.partners.queries.work import KIND_LABELS, waiting
from shared.auth.policy import require
from shared.web.doors import Reading, Who, resources

router = APIRouter(prefix="/partners/work", include_in_schema=False)


@router.get("")
async def show(
    request: Request,
    session: Reading,
    actor: Who,
    region: Annotated[Sequence[str], Query(max_length=20)] = (),
    kind: Annotated[Sequence[str], Query(max_length=20)] = (),
) -> Response:
    """What waits for the staff member who looks: each with the one button that resolves it."""
    signed_in = require(actor, "work.view")
    names = await queries.region_names(session, request.state.language)
    all_items = await waiting(session, None if signed_in.is_national else signed_in.regions)
    own = sorted(names) if signed_in.is_national else sorted(signed_in.regions)
    chosen = [slug for slug in region if slug in own]
    near = [item for item in all_items if not chosen or set(chosen) & set(item.regions)]
    kinds = Counter(item.kind for item in near)
    wanted = [one for one in kind if one in KIND_LABELS]
    context = {
        "items": [item for item in near if not wanted or item.kind in wanted],
        "kinds": [(one, KIND_LABELS[one], kinds[one]) for one in KIND_LABELS if kinds[one] or one in wanted],
        "wanted": wanted,
        "regions": [(slug, names.get(slug, slug)) for slug in own] if len(own) > 1 else [],
        "chosen": chosen,
        "region_names": names,
        "total": len(all_items),
    }
    return resources(request).renderer.page(request, "partners/work.html", context)
