"""The annual report of a region or the whole network, for its staff and auditors."""

from typing import Literal

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners import queries
from services.partners.pages.dashboards import AskedDay, AskedRegion, AskedYear, day_asked
from services.partners.pages.report_files import ReportFiles
from services.partners.pages.shown import year_shown
from services.partners.queries.dashboards import years_reported
from services.partners.queries.reports import Report, report
from services.partners.schedule import today_in_norway
from shared.auth.actor import Actor
from shared.auth.policy import about, can, require
from shared.clock import now
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
    day, today = day_asked(as_of), today_in_norway(now())
    names = await queries.region_names(session, request.state.language)
    reported = await years_reported(session)
    context = {
        "region": chosen or "",
        "year": year_shown(year),
        "day": day,
        "today": today,
        "regions": [(slug, name) for slug, name in names.items() if can(actor, "obligation.view", about(slug))],
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
    found: Report = await report(session, actor, year_shown(year), day_asked(as_of), chosen)
    files = ReportFiles(request, found, await queries.every_region_name(session, request.state.language))
    return await (files.pdf() if format == "pdf" else files.workbook())


async def allowed(session: AsyncSession, actor: Actor | None, region: str) -> str | None:
    """Return the region asked for, None for the whole network. Raises NotFound, SignInNeeded and Forbidden."""
    if not region:
        require(actor, "registry.export")
        return None
    slug = (await queries.region(session, region)).slug
    require(actor, "obligation.view", about(slug))
    return slug
