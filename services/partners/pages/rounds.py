"""The annual round's pages: planned by the national office, and how far it has come for everybody on staff."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from services.partners import queries
from services.partners.errors import RoundNotPlanned, RoundNotRunning, Stale
from services.partners.models import Round
from services.partners.pages.shown import year_shown
from services.partners.queries.rounds import Progress, all_rounds, missing, progress, round_of
from services.partners.schedule import working_day
from services.partners.schemas.rounds import RoundForm
from services.partners.usecases import rounds
from shared.auth.policy import about, can, regions_open, require
from shared.charts import Figure, Stack, stacked
from shared.clock import now, today_in_norway
from shared.errors import Conflict, Invalid
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _

router = APIRouter(prefix="/partners/rounds", include_in_schema=False)

LABELS = {
    "year": _("Klimaregnskap for året"),
    "opens_on": _("Runden åpner"),
    "deadline": _("Frist"),
    "nudge_days": _("Påminnelser"),
    "region_after": _("Regionkontoret kobles på etter"),
    "national_after": _("Landskontoret kobles på etter"),
}
STATUS_LABELS = {"planned": _("Planlagt"), "open": _("Åpen"), "closed": _("Avsluttet")}
STATES = (_("Levert"), _("Mangler"), _("Utsatt"), _("Unntatt"))
PICTURE = _("Klimaregnskap per region")
REGION = _("Region")
SAVED = _("Runden er lagret.")
OPENED = _("Runden er åpnet.")
CLOSED = _("Runden er avsluttet. Ingen får flere påminnelser.")
MOST_SHOWN = 200


class Nothing(BaseModel):
    """A form with a button alone."""


@router.get("")
async def list_rounds(request: Request, session: Reading, actor: Who) -> Response:
    """Every round, and the one we propose next."""
    require(actor, "work.view")
    found = await all_rounds(session)
    next_year = next(year for year in range(year_shown(None), 2300) if year not in {one.year for one in found})
    context = {
        "rounds": found,
        "statuses": STATUS_LABELS,
        "next_year": next_year,
        "may_plan": can(actor, "round.manage", about(national=True)),
    }
    return resources(request).renderer.page(request, "partners/rounds.html", context)


@router.get("/new")
async def show_new(
    request: Request, session: Reading, actor: Who, year: Annotated[int | None, Query(ge=1990, le=2200)] = None
) -> Response:
    """The form that plans a round, filled in with what we propose."""
    require(actor, "round.manage", about(national=True))
    return _form_page(request, forms.Form(_values(rounds.proposed(year_shown(year)).model_dump()), LABELS), None)


@router.post("/new")
async def plan(request: Request, session: Reading, actor: Who) -> Response:
    """Plan a round, or show the form again with what is wrong."""
    require(actor, "round.manage", about(national=True))
    form = await forms.read_form(request, RoundForm, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                made = await rounds.plan(writing, actor, form.model.as_round)
            return redirect(f"/partners/rounds/{made.id}", SAVED)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
    return _form_page(request, form, None, status=422)


@router.get("/{round_id}")
async def show(request: Request, session: Reading, actor: Who, round_id: UUID) -> Response:
    """How far a round has come, region by region, and whose account is missing in the reader's regions."""
    require(actor, "work.view")
    found = await round_of(session, round_id)
    today = today_in_norway(now())
    names = await queries.region_names(session, request.state.language)
    every = await queries.every_region_name(session, request.state.language)
    parts = await progress(session, found, today)
    own = regions_open(actor, "obligation.view", names)
    absent = await missing(session, found, today)
    regions = await queries.regions_of(session, [one.organisation.id for one in absent])
    near = [one for one in absent if set(regions[one.organisation.id]) & set(own)]
    context = {
        "round": found,
        "statuses": STATUS_LABELS,
        "parts": parts,
        "names": names,
        "picture": _picture(request, parts[1:], every, found.year),
        "missing": near[:MOST_SHOWN],
        "all_missing": len(near),
        "regions_of": regions,
        "days": [(offset, working_day(_offset(found, offset))) for offset in found.nudges],
        "may_plan": can(actor, "round.manage", about(national=True)),
    }
    return resources(request).renderer.page(request, "partners/round.html", context)


@router.get("/{round_id}/edit")
async def show_edit(request: Request, session: Reading, actor: Who, round_id: UUID) -> Response:
    """The form that changes a round."""
    require(actor, "round.manage", about(national=True))
    found = await round_of(session, round_id)
    return _form_page(request, forms.Form(_values(found.model_dump()), LABELS), found, found.version)


@router.post("/{round_id}/edit")
async def edit(request: Request, session: Reading, actor: Who, round_id: UUID) -> Response:
    """Change a round, or show the form again with what is wrong."""
    require(actor, "round.manage", about(national=True))
    found = await round_of(session, round_id)
    form = await forms.read_form(request, RoundForm, resources(request).keys.link, LABELS)
    version = form.value("version")
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await rounds.edit(writing, actor, round_id, form.model.as_round)
            return redirect(f"/partners/rounds/{round_id}", SAVED)
        except (Invalid, Conflict, RoundNotPlanned, RoundNotRunning) as refusal:
            form.refused(refusal)
            version = found.version if isinstance(refusal, Stale) else version
    return _form_page(request, form, found, version, status=422)


@router.post("/{round_id}/open")
async def open_round(request: Request, session: Reading, actor: Who, round_id: UUID) -> Response:
    """Open a round ahead of its day."""
    require(actor, "round.manage", about(national=True))
    await forms.read_form(request, Nothing, resources(request).keys.link)
    async with unit(request) as writing:
        await rounds.open_now(writing, actor, round_id)
    return redirect(f"/partners/rounds/{round_id}", OPENED)


@router.post("/{round_id}/close")
async def close_round(request: Request, session: Reading, actor: Who, round_id: UUID) -> Response:
    """Close a round."""
    require(actor, "round.manage", about(national=True))
    await forms.read_form(request, Nothing, resources(request).keys.link)
    async with unit(request) as writing:
        await rounds.close(writing, actor, round_id)
    return redirect(f"/partners/rounds/{round_id}", CLOSED)


def _offset(found: Round, days: int) -> date:
    return found.deadline + timedelta(days=days)


def _picture(request: Request, parts: Sequence[Progress], names: dict[str, str], year: int) -> Figure | None:
    language = request.state.language
    say = resources(request).renderer.translate
    rows = [
        Stack(names.get(one.region or "", one.region or ""), [one.delivered, one.missing, one.postponed, one.exempted])
        for one in parts
    ]
    title = f"{say(language, PICTURE)} {year}"
    series = [say(language, one) for one in STATES]
    return stacked(title, series, rows, id="runde", language=language, label=say(language, REGION)) if rows else None


def _values(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "nudge_days": ", ".join(f"{one:+d}" for one in values["nudges"])}


def _form_page(
    request: Request, form: forms.Form[Any], found: Round | None, version: object = None, status: int = 200
) -> Response:
    renderer = resources(request).renderer
    context = {"form": renderer.form(request, form), "round": found, "version": version, "labels_of": LABELS}
    return renderer.page(request, "partners/round_form.html", context, status)
