"""The dashboard of a region or the whole network: everybody sees how many delivered, staff and partners what it comes to."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.partners import queries
from services.partners.pages.dashboard_figures import FEWEST, Drawn, shown_rows
from services.partners.pages.shown import year_shown
from services.partners.queries.dashboards import board, years_reported
from services.partners.schedule import today_in_norway
from shared.auth.actor import Actor
from shared.auth.policy import about, can
from shared.clock import now
from shared.errors import Invalid
from shared.web.doors import Reading, Who, resources
from shared.web.i18n import marker as _

router = APIRouter(prefix="/partners/dashboard", include_in_schema=False)

IN_FUTURE = _("Velg en dag som har vært.")
EARLIEST = date(1990, 1, 1)
AskedYear = Annotated[int | None, Query(ge=1990, le=2200)]
AskedDay = Annotated[str, Query(max_length=10)]
AskedRegion = Annotated[str, Query(max_length=60)]


def sees_all(actor: Actor | None, region: str | None) -> bool:
    """Whether `actor` sees everything of a region: its staff and auditors; of the whole network, any staff."""
    if region is None:
        return can(actor, "registry.export")
    return can(actor, "obligation.view", about(region))


def sees_sums(actor: Actor | None, region: str | None) -> bool:
    """Whether `actor` sees sums: also partners' own people, those of the whole network."""
    own: list[UUID] = sorted(actor.organisations) if actor else []
    partner = any(can(actor, "obligation.view", about(organisation_id=one)) for one in own)
    return sees_all(actor, region) or (region is None and partner)


def day_asked(as_of: str) -> date:
    """Return the day a report is as of: today where none is given. Raises Invalid for a day to come, and for what is no day."""
    today = today_in_norway(now())
    if not as_of:
        return today
    try:
        day = date.fromisoformat(as_of)
    except ValueError as error:
        raise Invalid(IN_FUTURE, field="as_of") from error
    if not EARLIEST <= day <= today:
        raise Invalid(IN_FUTURE, field="as_of")
    return day


@router.get("")
async def show(
    request: Request,
    session: Reading,
    actor: Who,
    region: AskedRegion = "",
    year: AskedYear = None,
    as_of: AskedDay = "",
) -> Response:
    """What was reported for a year, as of a day."""
    language = request.state.language
    names = await queries.every_region_name(session, language)
    chosen = (await queries.region(session, region)).slug if region else None
    everything, sums = sees_all(actor, chosen), sees_sums(actor, chosen)
    day = day_asked(as_of if sums else "")
    found = await board(session, year_shown(year), day, chosen, with_stances=everything)
    translate = resources(request).renderer.translate
    drawn = Drawn(found, names, lambda text: translate(language, text), language, 1 if everything else FEWEST)
    today_regions = await queries.region_names(session, language)
    reported = await years_reported(session)
    context = {
        "board": found,
        "region_names": names,
        "regions": list(today_regions.items()),
        "years": [(one, one) for one in sorted({found.year, year_shown(None), *reported}, reverse=True)],
        "delivered": drawn.delivered(),
        "trends": drawn.trends() if sums else [],
        "rows": shown_rows(drawn.rows(), language) if sums else [],
        "stances": drawn.stances(found.stances) if found.stances else [],
        "everything": everything,
        "sums": sums,
        "fewest": FEWEST,
        "today": today_in_norway(now()),
        "may_report": everything,
        "may_import": can(actor, "account.import"),
    }
    return resources(request).renderer.page(request, "partners/dashboard.html", context)
