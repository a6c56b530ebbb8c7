"""The dashboard of a region or the whole network: everybody sees how many delivered, staff and partners what it comes to."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners import queries
from services.partners.models import Region
from services.partners.pages.dashboard_figures import FEWEST, Drawn, shown_rows
from services.partners.pages.shown import year_shown
from services.partners.queries.dashboards import board, years_reported
from services.partners.queries.regions import heirs_of
from shared.auth.actor import Actor
from shared.auth.policy import about, can
from shared.clock import now, today_in_norway
from shared.errors import Invalid
from shared.web import formats
from shared.web.doors import Reading, Who, resources
from shared.web.i18n import marker as _

router = APIRouter(prefix="/partners/dashboard", include_in_schema=False)

IN_FUTURE = _("Velg en dag som har vært.")
ENDED = _("%(region)s (til %(day)s)")
EARLIEST = date(1990, 1, 1)
AskedYear = Annotated[int | None, Query(ge=1990, le=2200)]
AskedDay = Annotated[str, Query(max_length=10)]
AskedRegion = Annotated[str, Query(max_length=60)]


def sees_all(actor: Actor | None, heirs: Collection[str] | None) -> bool:
    """Whether `actor` sees everything of a region: its staff and auditors; of the whole network (None), any staff.

    `heirs` is the region itself, or, where it ended, what came after it: its history is theirs.
    """
    if heirs is None:
        return can(actor, "registry.export")
    return can(actor, "obligation.view", about(*heirs))


def sees_sums(actor: Actor | None, heirs: Collection[str] | None) -> bool:
    """Whether `actor` sees sums: also partners' own people, those of the whole network."""
    own: list[UUID] = sorted(actor.organisations) if actor else []
    partner = any(can(actor, "obligation.view", about(organisation_id=one)) for one in own)
    return sees_all(actor, heirs) or (heirs is None and partner)


def day_asked(as_of: str, region: Region | None = None) -> date:
    """Return the day a report is as of; where none is given, today, or the last day of a `region` that ended.

    Raises Invalid for a day to come, and for what is no day.
    """
    today = today_in_norway(now())
    if not as_of:
        return min(today, region.valid_to - timedelta(days=1)) if region and region.valid_to else today
    try:
        day = date.fromisoformat(as_of)
    except ValueError as error:
        raise Invalid(IN_FUTURE, field="as_of") from error
    if not EARLIEST <= day <= today:
        raise Invalid(IN_FUTURE, field="as_of")
    return day


async def ended_regions(request: Request, session: AsyncSession, actor: Actor | None) -> list[tuple[str, str]]:
    """Return the regions that ended and `actor` sees everything of, with the day each ended, for menus."""
    language, renderer = request.state.language, resources(request).renderer
    known = {one.slug: one for one in await queries.every_region(session)}
    ended = [one for one in known.values() if one.valid_to and not one.holds()]
    return [
        (
            one.slug,
            renderer.translate(language, ENDED)
            % {"region": one.name(language), "day": formats.day(one.valid_to, language)},
        )
        for one in ended
        if sees_all(actor, heirs_of(known, [one.slug]))
    ]


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
    chosen = await queries.region(session, region) if region else None
    heirs = await queries.heirs(session, [chosen.slug]) if chosen else None
    everything, sums = sees_all(actor, heirs), sees_sums(actor, heirs)
    day = day_asked(as_of if sums else "", chosen)
    slug = chosen.slug if chosen else None
    found = await board(session, year_shown(year), day, slug, with_stances=everything)
    translate = resources(request).renderer.translate
    drawn = Drawn(found, names, lambda text: translate(language, text), language, 1 if everything else FEWEST)
    today_regions = await queries.region_names(session, language)
    reported = await years_reported(session)
    context = {
        "board": found,
        "region_names": names,
        "regions": [*today_regions.items(), *await ended_regions(request, session, actor)],
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
