"""Two to four public cases side by side: a page that can be shared, and the same as a file."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.knowledge import queries
from services.knowledge.models import Case
from services.knowledge.pages.side_by_side import LEAST, MOST, Line, compared
from services.knowledge.presenting import presenting_for
from services.knowledge.queries.rows import organisation_names, rows_of
from shared.errors import Invalid, NotFound
from shared.sheets.table import Column, Table
from shared.web.doors import Reading, resources
from shared.web.exports import Format, export
from shared.web.i18n import marker as _

router = APIRouter(prefix="/cases/compare", include_in_schema=False)

Ids = Annotated[list[str], Query(alias="id", max_length=60)]
NUMBER = _("Velg to til fire eksempler i søket, og sammenlign dem.")
AWAY = _("Et av eksemplene finnes ikke i biblioteket lenger, eller adressen er ikke hel. Velg på nytt i søket.")
TITLE, FIELD, DIFFERS, ADDRESS = _("Eksempler side om side"), _("Felt"), _("Ulikt"), _("Adresse")


@router.get("")
async def show(request: Request, session: Reading, ids: Ids = []) -> Response:  # noqa: B006 FastAPI copies defaults
    """Cases side by side."""
    cases = await _chosen(session, ids)
    context = {"cases": cases, "lines": await _lines(request, session, cases)}
    return resources(request).renderer.page(request, "knowledge/compare.html", context)


@router.get("/export")
async def download(
    request: Request,
    session: Reading,
    ids: Ids = [],  # noqa: B006 FastAPI copies defaults
    format: Format = "csv",
) -> Response:
    """The same as a file: a line for each field, a column for each case."""
    cases = await _chosen(session, ids)
    say = partial(resources(request).renderer.translate, request.state.language)
    base = resources(request).settings.base_url.rstrip("/")
    lines = [Line(say(ADDRESS), tuple(f"{base}/cases/{case.id}" for case in cases))]
    lines += await _lines(request, session, cases)
    columns = [Column("field", say(FIELD)), *(Column(str(at), case.title) for at, case in enumerate(cases))]
    columns.append(Column("differs", say(DIFFERS), "boolean"))
    rows = [
        {"field": one.label, "differs": one.differs, **{str(at): cell for at, cell in enumerate(one.cells)}}
        for one in lines
    ]
    title = say(TITLE)
    return await export(request, title, Table(title, columns, rows), format)


async def _chosen(session: AsyncSession, ids: list[str]) -> list[Case]:
    """Return the cases somebody chose, in their order; raises Invalid for fewer than two or more than four, else NotFound."""
    wanted = list(dict.fromkeys(ids))
    if not LEAST <= len(wanted) <= MOST:
        raise Invalid(NUMBER, field="id")
    try:
        found = await queries.published(session, [UUID(one) for one in wanted])
    except ValueError as error:
        raise NotFound(AWAY) from error
    if len(found) != len(wanted):
        raise NotFound(AWAY)
    return found


async def _lines(request: Request, session: AsyncSession, cases: list[Case]) -> list[Line]:
    rows = await rows_of(session, [case.id for case in cases])
    names = await organisation_names(session, [case.organisation_id for case in cases if case.organisation_id])
    language = request.state.language
    told = [
        (
            case,
            rows[case.id],
            (names.get(case.organisation_id) if case.organisation_id else None) or case.owner_name or "",
        )
        for case in cases
    ]
    presenter = await presenting_for(request, await queries.regions(session))
    return compared(told, presenter, partial(resources(request).renderer.translate, language), language)
