"""The board of what the library's measures come to, drawn, in tables, and as files."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.knowledge import queries
from services.knowledge.impactboard import BY, Board, By, Chosen, board
from services.knowledge.pages.impact_figures import BY_LABELS, COLUMNS, TITLE, Drawn
from services.knowledge.presenting import presenting_for
from services.knowledge.queries.impact import alike
from shared.contracts.vocabulary import FOCUS_AREAS, SCOPES
from shared.web.doors import Reading, resources
from shared.web.exports import Format, hand_out

router = APIRouter(prefix="/cases/impact", include_in_schema=False)


@router.get("")
async def show(request: Request, session: Reading) -> Response:
    """What can be added up, by method, and by region, focus area, scope or year."""
    chosen = await _chosen(request, session)
    figures = await alike(session)
    found = board(figures, chosen)
    by = _by(request)
    drawn = await _drawn(request, session, found)
    say = partial(resources(request).renderer.translate, request.state.language)
    context = {
        "board": found,
        "by": by,
        "chosen": chosen,
        "whole": drawn.whole(),
        "parts": drawn.parts(by),
        "table": drawn.table(by),
        "left_out": drawn.left_out(),
        "parted": [(code, say(BY_LABELS[code])) for code in BY],
        "choices": {code: drawn.choices(code, _keys(figures, code)) for code in BY},
        "kept": {name: request.query_params[name] for name in BY if request.query_params.get(name)},
    }
    return resources(request).renderer.page(request, "knowledge/impact.html", context)


@router.get("/export")
async def download(request: Request, session: Reading, format: Format = "xlsx") -> Response:
    """All sums and all that was left out, as a file."""
    found = board(await alike(session), await _chosen(request, session))
    drawn = await _drawn(request, session, found)
    return await hand_out(request, TITLE, COLUMNS, drawn.lines(), format)


async def _chosen(request: Request, session: AsyncSession) -> Chosen:
    """What the address asks for; what is no choice is passed over, so that old links still answer."""
    given = request.query_params
    known = await queries.regions(session)
    region, year = given.get("region", ""), given.get("year", "")
    return Chosen(
        queries.heirs(known, (region,)) if region in known else (),
        _one_of(given.get("focus_area", ""), FOCUS_AREAS),
        _one_of(given.get("scope", ""), SCOPES),
        year if year.isascii() and year.isdecimal() and len(year) == 4 else "",
    )


async def _drawn(request: Request, session: AsyncSession, found: Board) -> Drawn:
    presenter = await presenting_for(request, await queries.regions(session))
    language, renderer = request.state.language, resources(request).renderer
    return Drawn(found, presenter, partial(renderer.translate, language), language)


def _by(request: Request) -> By:
    return next((by for by in BY if by == request.query_params.get("by")), "region")


def _keys(figures: Any, by: By) -> set[str]:
    return {key for one in figures for key in one.keys(by) if key}


def _one_of(given: str, choices: Any) -> str:
    return given if given in {str(choice) for choice in choices} else ""
