"""The annual report of a region or the whole network, for its staff and auditors."""

from typing import Literal

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners import queries
from services.partners.models import Region
from services.partners.pages.dashboards import (
    AskedDay,
    AskedRegion,
    AskedYear,
    day_asked,
    ended_regions,
    sees_all,
)
from services.partners.pages.report_files import ReportFiles
from services.partners.pages.shown import year_shown
from services.partners.queries.dashboards import years_reported
from services.partners.queries.reports import Report, report
from shared.auth.actor import Actor
from shared.auth.policy import about, require
from shared.clock import now, today_in_norway
from shared.web.doors import Reading, Who, resources

router = APIRouter(prefix="/partners/reports", include_in_schema=False)


@router.get("")
async def show(
    request: Request,
    session: Reading,
    actor: Who,
    region: AskedRegion = "",
    year: AskedYear = None,
    as_of: AskedDay = "",
) -> Response:
    """What the report is of, and its files."""
    chosen = await allowed(session, actor, region)
    day, today = day_asked(as_of, chosen), today_in_norway(now())
    names = await queries.region_names(session, request.state.language)
    reported = await years_reported(session)
    own = [(slug, name) for slug, name in names.items() if sees_all(actor, [slug])]
    context = {
        "region": chosen.slug if chosen else "",
        "year": year_shown(year),
        "day": day,
        "today": today,
        "regions": [*own, *await ended_regions(request, session, actor)],
        "years": [(one, one) for one in sorted({year_shown(year), year_shown(None), *reported}, reverse=True)],
    }
    return resources(request).renderer.page(request, "partners/reports.html", context)


@router.get("/file")
async def file(
    request: Request,
    session: Reading,
    actor: Who,
    region: AskedRegion = "",
    year: AskedYear = None,
    as_of: AskedDay = "",
    format: Literal["xlsx", "pdf"] = "pdf",
) -> Response:
    """The report as a file."""
    chosen = await allowed(session, actor, region)
    slug = chosen.slug if chosen else None
    found: Report = await report(session, actor, year_shown(year), day_asked(as_of, chosen), slug)
    files = ReportFiles(request, found, await queries.every_region_name(session, request.state.language))
    return await (files.pdf() if format == "pdf" else files.workbook())


async def allowed(session: AsyncSession, actor: Actor | None, region: str) -> Region | None:
    """Return the region asked for, None for the whole network. Raises NotFound, SignInNeeded and Forbidden.

    For a region that ended those that came after it are asked.
    """
    if not region:
        require(actor, "registry.export")
        return None
    found = await queries.region(session, region)
    require(actor, "obligation.view", about(*await queries.heirs(session, [found.slug])))
    return found
