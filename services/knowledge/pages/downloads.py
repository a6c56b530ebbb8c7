"""Staff's lists of cases as files: what a search finds, and what is on its way into the library."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.knowledge import asking, queries
from services.knowledge.pages import library
from services.knowledge.pages.sheet import COLUMNS, STATUS_LABELS, row
from services.knowledge.presenting import presenting_for
from services.knowledge.queries.rows import rows_of
from services.knowledge.search.filters import Wanted
from services.knowledge.search.finding import find
from shared.auth.policy import require
from shared.sheets.table import Column
from shared.web.doors import Reading, Who, resources
from shared.web.exports import Format, hand_out
from shared.web.i18n import marker as _
from shared.web.paging import MOST_PER_PAGE

router = APIRouter(prefix="/cases", include_in_schema=False)

CASES, MINE = _("Eksempler"), _("Eksempler på vei")
AUTHOR, STAFF = _("forfatteren"), _("medarbeiderne i regionen")
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
    presenter = await presenting_for(request, await queries.regions(session))
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
    places = await request.app.state.regions.places()
    say = partial(resources(request).renderer.translate, request.state.language)
    while True:
        found = await find(searcher, database, wanted, places)
        async with database.reading() as session:
            listed = await queries.published(session, [UUID(one["id"]) for one in found.documents])
            rows = await rows_of(session, [case.id for case in listed])
            presenter = await presenting_for(request, await queries.regions(session))
        for case in listed:
            yield row(case, rows[case.id], presenter, request.state.language, say, _address(request, case.id))
        if wanted.page * wanted.per_page >= found.reachable:
            return
        wanted = replace(wanted, page=wanted.page + 1)


def _address(request: Request, case_id: UUID) -> str:
    return f"{resources(request).settings.base_url.rstrip('/')}/cases/{case_id}"
