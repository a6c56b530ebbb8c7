"""Staff's lists of cases as files: what a search finds, and what is on its way into the library."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.knowledge import asking, queries
from services.knowledge.models import Case, Status
from services.knowledge.pages import library
from services.knowledge.pages.forms import LABELS, PROJECT_STATUS_LABELS
from services.knowledge.search.filters import Wanted
from services.knowledge.search.finding import find
from shared.auth.policy import require
from shared.sheets.table import Column, Kind
from shared.web.doors import Reading, Who, resources
from shared.web.exports import Format, hand_out
from shared.web.i18n import marker as _
from shared.web.labels import FOCUS_AREA_LABELS, LANGUAGE_LABELS, SECTOR_LABELS
from shared.web.paging import MOST_PER_PAGE

router = APIRouter(prefix="/cases", include_in_schema=False)

CASES, MINE = _("Eksempler"), _("Eksempler på vei")
AUTHOR, STAFF = _("forfatteren"), _("medarbeiderne i regionen")
STATUS_LABELS: dict[Status, str] = {
    "draft": _("Utkast"),
    "in_review": _("Til gjennomsyn"),
    "changes_requested": _("Sendt tilbake"),
    "approved": _("Godkjent"),
    "published": _("Publisert"),
    "archived": _("Arkivert"),
}
KINDS: dict[str, Kind] = {
    "focus_areas": "list",
    "scopes": "list",
    "measure_types": "list",
    "year_start": "integer",
    "year_end": "integer",
    "grant_nok": "integer",
    "tco2e_per_year": "decimal",
    "energy_kwh_per_year": "decimal",
}
TEXTS = ("challenge", "solution", "results", "lessons")
COLUMNS = (
    *(Column(name, label, KINDS.get(name, "text")) for name, label in LABELS.items() if name not in TEXTS),
    Column("status", _("Status")),
    Column("published_at", _("Publisert"), "datetime"),
    Column("external_id", _("Ekstern id")),
    Column("href", _("Adresse")),
)
MINE_COLUMNS = (
    Column("title", _("Eksempel")),
    Column("region", _("Region")),
    Column("status", _("Status")),
    Column("updated_at", _("Ventet siden"), "datetime"),
    Column("waits_for", _("Venter på")),
    Column("yours", _("Venter på deg"), "boolean"),
    Column("href", _("Adresse")),
)


@router.get("/export")
async def cases(request: Request, actor: Who, format: Format = "xlsx") -> Response:
    """What a search finds, as far as it can be leafed through; for staff and reviewers."""
    require(actor, "case.read-unpublished")
    known = await request.app.state.regions.all()
    asked = asking.lenient(request)
    wanted = replace(asked, region=queries.heirs(known, asked.region), page=1, per_page=MOST_PER_PAGE)
    return await hand_out(request, CASES, COLUMNS, _rows(request, wanted), format)


@router.get("/mine/export")
async def mine(request: Request, session: Reading, actor: Who, format: Format = "xlsx") -> Response:
    """What is on its way, and who it waits for."""
    who = require(actor, "webinar.read-unpublished")
    presenter = library.presenting_for(request, await queries.regions(session))
    say = partial(resources(request).renderer.translate, request.state.language)
    rows = [
        {
            "title": case.title,
            "region": presenter.region(case.region),
            "status": say(STATUS_LABELS[case.status]),
            "updated_at": case.updated_at,
            "waits_for": say(AUTHOR if case.status in ("draft", "changes_requested") else STAFF),
            "yours": library.waits_for(who, case),
            "href": _address(request, case.id),
        }
        for case in await queries.unfinished(session, who, limit=None)
    ]
    return await hand_out(request, MINE, MINE_COLUMNS, rows, format)


async def _rows(request: Request, wanted: Wanted) -> AsyncIterator[dict[str, Any]]:
    searcher, database = asking.searcher(request), resources(request).database
    while True:
        found = await find(searcher, database, wanted)
        async with database.reading() as session:
            listed = await queries.published(session, [UUID(one["id"]) for one in found.documents])
            presenter = library.presenting_for(request, await queries.regions(session))
        for case in listed:
            yield _row(request, case) | {"region": presenter.region(case.region)}
        if wanted.page * wanted.per_page >= found.reachable:
            return
        wanted = replace(wanted, page=wanted.page + 1)


def _row(request: Request, case: Case) -> dict[str, Any]:
    say = partial(resources(request).renderer.translate, request.state.language)

    def words(codes: Iterable[Any], labels: Any) -> list[str]:
        return [say(labels.get(code, code)) for code in codes]

    return {
        **case.model_dump(include={column.key for column in COLUMNS}),
        "language": say(LANGUAGE_LABELS[case.language]),
        "focus_areas": words(case.focus_areas, FOCUS_AREA_LABELS),
        "scopes": [str(scope) for scope in case.scopes],
        "sector": say(SECTOR_LABELS[case.sector]) if case.sector else "",
        "project_status": say(PROJECT_STATUS_LABELS[case.project_status]) if case.project_status else "",
        "status": say(STATUS_LABELS[case.status]),
        "href": _address(request, case.id),
    }


def _address(request: Request, case_id: UUID) -> str:
    return f"{resources(request).settings.base_url.rstrip('/')}/cases/{case_id}"
