"""Staff's list of webinars as a file."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.events import queries
from services.events.models import Status, Webinar
from services.events.pages import Choice, narrowed
from services.events.presenting import listed
from shared.auth.actor import Actor
from shared.auth.policy import require
from shared.sheets.table import Column
from shared.web.app import request_url
from shared.web.doors import Reading, Who, resources
from shared.web.exports import Format, hand_out
from shared.web.i18n import marker as _
from shared.web.labels import FOCUS_AREA_LABELS, LANGUAGE_LABELS

router = APIRouter(prefix="/events", include_in_schema=False)

PIECE = 200
"""How many webinars are read at a time."""
TITLE, NATIONAL, REGIONAL = _("Webinarer"), _("Hele nettverket"), _("Enkelte regioner")
STATUS_LABELS: dict[Status, str] = {"draft": _("Utkast"), "published": _("Publisert"), "cancelled": _("Avlyst")}
COLUMNS = (
    Column("title", _("Tittel")),
    Column("status", _("Status")),
    Column("starts_at", _("Begynner"), "datetime"),
    Column("ends_at", _("Slutter"), "datetime"),
    Column("time_zone", _("Tidssone")),
    Column("scope", _("Hvem gjelder webinaret?")),
    Column("regions", _("Regioner"), "list"),
    Column("focus_area", _("Satsingsområde")),
    Column("language", _("Språk")),
    Column("capacity", _("Antall plasser"), "integer"),
    Column("registered", _("Påmeldte"), "integer"),
    Column("invited", _("Inviterte"), "integer"),
    Column("published_at", _("Publisert dato"), "datetime"),
    Column("external_id", _("Ekstern id")),
    Column("href", _("Adresse")),
)


@router.get("/export")
async def webinars(
    request: Request,
    session: Reading,
    actor: Who,
    when: Choice = "upcoming",
    scope: Choice = "",
    region: Choice = "",
    language: Choice = "",
    format: Format = "xlsx",
) -> Response:
    """The calendar with who is invited and registered, counted; for staff."""
    known = require(actor, "webinar.read-unpublished")
    wanted = await narrowed(session, when, scope, region, language, drafts=True)
    return await hand_out(request, TITLE, COLUMNS, _rows(request, known, wanted), format)


async def _rows(request: Request, actor: Actor, wanted: queries.Filter) -> AsyncIterator[dict[str, Any]]:
    page, total, seen = 1, 1, 0
    async with resources(request).database.reading() as session:
        regions = {one.slug: one.name(request.state.language) for one in await queries.all_regions(session)}
        while seen < total:
            total, found = await queries.calendar(session, wanted, page, PIECE)
            sends = await queries.invitations(session, [webinar.id for webinar in found])
            for item in await listed(session, actor, found):
                send = sends.get(item.webinar.id)
                counted = {"registered": item.registered, "invited": send.audience if send else None}
                yield _row(request, item.webinar, regions) | counted
            page, seen = page + 1, seen + PIECE


def _row(request: Request, webinar: Webinar, regions: dict[str, str]) -> dict[str, Any]:
    say = partial(resources(request).renderer.translate, request.state.language)
    return {
        **webinar.model_dump(include={column.key for column in COLUMNS}),
        "status": say(STATUS_LABELS[webinar.status]),
        "scope": say(NATIONAL if webinar.scope == "national" else REGIONAL),
        "regions": [regions.get(slug, slug) for slug in webinar.regions],
        "focus_area": say(FOCUS_AREA_LABELS[webinar.focus_area]) if webinar.focus_area else "",
        "language": say(LANGUAGE_LABELS[webinar.language]),
        "href": request_url(request, f"/events/{webinar.id}"),
    }
