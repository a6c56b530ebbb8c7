"""Pages that show obligations: one organisation's, a region's list, files, and the lists to download."""

from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import RedirectResponse, Response

from services.partners import queries
from services.partners.lights import LIGHTS, OBLIGATIONS, Light, Obligation
from services.partners.models import Organisation
from services.partners.models.obligations import CERTIFICATION_NAMES
from services.partners.pages.obligation_lists import fee_columns, fee_rows, light_columns, light_rows
from services.partners.pages.shown import (
    FIGURE_LABELS,
    LIGHT_LABELS,
    OBLIGATION_LABELS,
    SOURCE_LABELS,
    TOOL_LABELS,
    shown,
    year_shown,
    years_offered,
)
from services.partners.pages.tabs import organisation_tabs
from services.partners.queries.obligations import account_versions, stored_file
from services.partners.queries.standing import Standing, standings
from shared.auth.actor import Actor
from shared.auth.policy import about, can, regions_open, require
from shared.clock import now, today_in_norway
from shared.sheets.table import Table
from shared.web.doors import Reading, Who, resources
from shared.web.exports import Format, attachment, export
from shared.web.i18n import marker as _
from shared.web.paging import PER_PAGE, Paging

router = APIRouter(prefix="/partners", include_in_schema=False)

TITLE = _("Forpliktelser")
FEES = _("Avgiftsgrunnlag")
AskedYear = Annotated[int | None, Query(ge=1990, le=2200)]
Slugs = Annotated[Sequence[str], Query(max_length=50)]


@router.get("/obligations")
async def list_obligations(
    request: Request,
    session: Reading,
    actor: Who,
    year: AskedYear = None,
    region: Slugs = (),
    obligation: Obligation | Literal[""] = "",
    light: Light | Literal[""] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """How every organisation of the reader's regions stands; staff and auditors only."""
    asked = year_shown(year)
    names = await queries.region_names(session, request.state.language)
    slugs = _regions(actor, names)
    chosen = [slug for slug in slugs if slug in region]
    found = await _standing(session, chosen or slugs, asked)
    wanted = [(one, standing) for one, standing in found if _matches(standing, obligation, light)]
    paging = Paging(page, PER_PAGE, len(wanted))
    if page > paging.pages:
        return RedirectResponse("?" + request.url.include_query_params(page=paging.pages).query, 303)
    narrowing = [("year", asked), *(("region", slug) for slug in chosen)]
    part = wanted[(page - 1) * PER_PAGE : page * PER_PAGE]
    context = {
        "year": asked,
        "years": years_offered(asked),
        "rows": [(one, shown(request, standing.verdicts)) for one, standing in part],
        "counts": _counts(found),
        "all": len(found),
        "obligation": obligation,
        "light": light,
        "obligations": OBLIGATION_LABELS,
        "lights": LIGHT_LABELS,
        "regions": [(slug, names[slug]) for slug in slugs] if len(slugs) > 1 else [],
        "chosen": chosen,
        "paging": paging,
        "query": urlencode([*narrowing, ("obligation", obligation), ("light", light)]),
        "fee_query": urlencode(narrowing),
        "may_plan": can(actor, "round.manage", about(national=True)),
        "over": asked < today_in_norway(now()).year,
    }
    return resources(request).renderer.page(request, "partners/obligations.html", context)


@router.get("/obligations/export")
async def export_obligations(
    request: Request,
    session: Reading,
    actor: Who,
    year: AskedYear = None,
    region: Slugs = (),
    obligation: Obligation | Literal[""] = "",
    light: Light | Literal[""] = "",
    format: Format = "xlsx",
) -> Response:
    """The list with every light and its reason, to download."""
    asked = year_shown(year)
    found = await _standing(session, await _chosen(request, session, actor, region), asked)
    wanted = [(one, standing) for one, standing in found if _matches(standing, obligation, light)]
    title = f"{_say(request, TITLE)} {asked}"
    rows = await light_rows(request, session, wanted)
    return await export(request, title, Table(title, light_columns(request), rows), format)


@router.get("/obligations/fees")
async def export_fees(
    request: Request,
    session: Reading,
    actor: Who,
    year: AskedYear = None,
    region: Slugs = (),
    format: Format = "csv",
) -> Response:
    """Whom to send invoices for the fee, for those who do: name, number, size, and whether it is paid."""
    asked = year or today_in_norway(now()).year
    found = await _standing(session, await _chosen(request, session, actor, region), asked)
    title = f"{_say(request, FEES)} {asked}"
    rows = await fee_rows(session, found)
    return await export(request, title, Table(title, fee_columns(request), rows), format)


@router.get("/{organisation_id}/obligations")
async def show(
    request: Request, session: Reading, actor: Who, organisation_id: UUID, year: AskedYear = None
) -> Response:
    """How an organisation stands; its own people, its regions' staff and auditors see it."""
    found = await queries.organisation(session, organisation_id)
    slugs = (await queries.regions_of(session, [found.id]))[found.id]
    here = about(*slugs, organisation_id=found.id)
    require(actor, "obligation.view", here)
    asked = year_shown(year)
    standing = (await standings(session, [found.id], asked, today_in_norway(now())))[found.id]
    versions = await account_versions(session, found.id)
    cases = {case.case_id: case.title for case in await queries.cases_of(session, found.id)}
    context = {
        "organisation": found,
        "current": "obligations",
        **organisation_tabs(actor, found, slugs),
        "year": asked,
        "years": years_offered(asked),
        "standing": standing,
        "shown": shown(request, standing.verdicts),
        "accounts": [one for one in versions if one.superseded_at is None],
        "superseded": [one for one in versions if one.superseded_at is not None],
        "figures": FIGURE_LABELS,
        "tools": TOOL_LABELS,
        "sources": SOURCE_LABELS,
        "certification_names": CERTIFICATION_NAMES,
        "cases": cases,
        "may_deliver": can(actor, "obligation.deliver", here),
        "may_manage": can(actor, "obligation.manage", here),
        "over": asked < today_in_norway(now()).year,
    }
    return resources(request).renderer.page(request, "partners/obligations_of_one.html", context)


@router.get("/{organisation_id}/obligations/files/{file_id}")
async def download(session: Reading, actor: Who, organisation_id: UUID, file_id: UUID) -> Response:
    """A file an organisation handed in: saved, never shown, and only by those who may see its obligations."""
    slugs = (await queries.regions_of(session, [organisation_id]))[organisation_id]
    require(actor, "obligation.view", about(*slugs, organisation_id=organisation_id))
    found = await stored_file(session, organisation_id, file_id)
    headers = attachment(found.name.removesuffix(".pdf"), "pdf")
    return Response(found.content, media_type=found.media_type, headers=headers)


def _regions(actor: Actor | None, names: dict[str, str]) -> list[str]:
    slugs = regions_open(actor, "obligation.view", names)
    if not slugs:
        require(actor, "obligation.view", about())
    return slugs


async def _chosen(request: Request, session: AsyncSession, actor: Actor | None, wanted: Sequence[str]) -> list[str]:
    slugs = _regions(actor, await queries.region_names(session, request.state.language))
    return [slug for slug in slugs if slug in wanted] or slugs


async def _standing(session: AsyncSession, slugs: Sequence[str], year: int) -> list[tuple[Organisation, Standing]]:
    organisations = await queries.organisations_by_name(session, slugs)
    found = await standings(session, [one.id for one in organisations], year, today_in_norway(now()))
    return [(one, found[one.id]) for one in organisations]


def _matches(standing: Standing, obligation: Obligation | Literal[""], light: Light | Literal[""]) -> bool:
    judged = [standing.verdicts[obligation]] if obligation else list(standing.verdicts.values())
    return not light or any(verdict.light == light for verdict in judged)


def _counts(found: Sequence[tuple[Organisation, Standing]]) -> dict[Obligation, dict[Light, int]]:
    return {
        one: {
            light: sum(standing.verdicts[one].light == light for _organisation, standing in found) for light in LIGHTS
        }
        for one in OBLIGATIONS
    }


def _say(request: Request, text: str) -> str:
    return resources(request).renderer.translate(request.state.language, text)
