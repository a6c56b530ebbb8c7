"""The public directory of partners."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from services.partners import queries
from shared.auth.policy import about, can
from shared.contracts.vocabulary import SECTORS
from shared.web.doors import Reading, Who, resources
from shared.web.inputs import storable
from shared.web.paging import PER_PAGE, Paging

router = APIRouter(prefix="/partners", include_in_schema=False)

Text = Annotated[str, Query(max_length=200)]
Chosen = Annotated[Sequence[str], Query(max_length=50)]


@router.get("")
async def directory(
    request: Request,
    session: Reading,
    actor: Who,
    q: Text = "",
    region: Chosen = (),
    sector: Chosen = (),
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """The public directory of partners."""
    regions = await queries.all_regions(session)
    heirs = await queries.heirs(session, region)
    if heirs != list(dict.fromkeys(region)):
        rest = [(name, value) for name, value in request.query_params.multi_items() if name not in ("region", "page")]
        return RedirectResponse(f"/partners?{urlencode([*rest, *(('region', slug) for slug in heirs)])}", 301)
    wanted = queries.Filter(
        q.strip() if storable(q) else "",
        tuple(item.slug for item in regions if item.slug in region),
        tuple(one for one in SECTORS if one in sector),
    )
    total, found = await queries.directory(session, wanted, page, PER_PAGE)
    paging = Paging(page, PER_PAGE, total)
    if page > paging.pages:
        return RedirectResponse("?" + request.url.include_query_params(page=paging.pages).query, 303)
    context = {
        "organisations": found,
        "regions_of": await queries.regions_of(session, [organisation.id for organisation in found]),
        "region_names": {item.slug: item.name(request.state.language) for item in regions},
        "counties": regions,
        "by_region": await queries.counts_by_region(session, wanted),
        "by_sector": await queries.counts_by_sector(session, wanted),
        "wanted": wanted,
        "sectors": SECTORS,
        "paging": paging,
        "may_create": can(actor, "organisation.create", about(*(actor.regions if actor else ()))),
    }
    return resources(request).renderer.page(request, "partners/directory.html", context)
