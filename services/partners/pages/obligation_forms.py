"""The forms on which an organisation, or staff for it, hands in and states things."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners import queries
from services.partners.doubts import Unlikely
from services.partners.errors import Stale
from services.partners.models import Organisation
from services.partners.models.accounts import TOOLS
from services.partners.models.obligations import CERTIFICATION_KINDS, CERTIFICATION_NAMES
from services.partners.pages.obligation_sheets import SHEETS, At, Sheet, SheetName
from services.partners.pages.shown import CATEGORY_LABELS, TOOL_LABELS, year_shown, years_offered
from services.partners.pages.tabs import organisation_tabs
from services.partners.queries.rounds import round_for
from services.partners.schemas.obligations import TerminationIn
from services.partners.usecases import agreements, obligations, rounds
from shared.auth.actor import Actor
from shared.auth.policy import about, require
from shared.clock import now, today_in_norway
from shared.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from shared.uploads.files import MOST_BYTES
from shared.uploads.sending import sent_file
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _

router = APIRouter(prefix="/partners/{organisation_id}/obligations", include_in_schema=False)

REMOVED = _("Oppføringen er fjernet.")
TERMINATED = _("Avtalen er sagt opp.")
LIFTED = _("Unntaket er opphevet.")
AskedYear = Annotated[int | None, Query(ge=1990, le=2200)]


@router.post("/exception/lift")
async def lift(
    request: Request, session: Reading, actor: Who, organisation_id: UUID, year: AskedYear = None
) -> Response:
    """End the exception of a year's round."""
    await _place(session, actor, organisation_id, SHEETS["exception"])
    form = await forms.read_form(request, TerminationIn, resources(request).keys.link)
    round_ = await round_for(session, year_shown(year))
    if round_ is None or form is None:
        raise NotFound
    async with unit(request) as writing:
        await rounds.lift_exception(writing, actor, round_.id, organisation_id)
    return redirect(_back(organisation_id, year_shown(year)), LIFTED)


@router.post("/agreement/{agreement_id}/terminate")
async def terminate(
    request: Request, session: Reading, actor: Who, organisation_id: UUID, agreement_id: UUID
) -> Response:
    """End an agreement; what is wrong is said on the organisation's page."""
    require(actor, "obligation.manage", await _about(session, organisation_id))
    form = await forms.read_form(request, TerminationIn, resources(request).keys.link)
    back = _back(organisation_id, year_shown(None))
    if form.model is None:
        return redirect(back, _("Velg datoen avtalen sies opp fra."), "danger")
    try:
        async with unit(request) as writing:
            await agreements.terminate(writing, actor, organisation_id, agreement_id, form.model)
    except (Invalid, Conflict, Refusal) as refusal:
        if isinstance(refusal, NotFound | Forbidden):
            raise
        return redirect(back, refusal.message, "danger")
    return redirect(back, TERMINATED)


@router.get("/{sheet}")
@router.get("/{sheet}/{item_id}")
async def show_form(
    request: Request,
    session: Reading,
    actor: Who,
    organisation_id: UUID,
    sheet: SheetName,
    item_id: UUID | None = None,
    year: AskedYear = None,
) -> Response:
    """A form, with what stands there now."""
    chosen = SHEETS[sheet]
    found = await _place(session, actor, organisation_id, chosen)
    at = At(organisation_id, year_shown(year), _known(chosen, item_id))
    values = await chosen.first(session, at)
    form: forms.Form[Any] = forms.Form(values, chosen.labels)
    return await _page(request, session, actor, found, sheet, at, form, _version(values))


@router.post("/{sheet}")
@router.post("/{sheet}/{item_id}")
async def send_form(
    request: Request,
    session: Reading,
    actor: Who,
    organisation_id: UUID,
    sheet: SheetName,
    item_id: UUID | None = None,
    year: AskedYear = None,
) -> Response:
    """Take what was sent, or show it again with what is wrong."""
    chosen = SHEETS[sheet]
    found = await _place(session, actor, organisation_id, chosen)
    file = await sent_file(request, "file", MOST_BYTES) if chosen.takes_file else None
    form: forms.Form[Any] = await forms.read_form(request, chosen.model, resources(request).keys.link, chosen.labels)
    at = At(organisation_id, _year(form, year), _known(chosen, item_id))
    version = form.value("revision") or form.value("version")
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await chosen.save(writing, actor, at, form.model, file)
            return redirect(_back(organisation_id, at.year), chosen.saved)
        except Unlikely as refusal:
            for doubt in refusal.doubts:
                form.refuse(doubt.figure, refusal.text, **doubt.written)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
            if isinstance(refusal, Stale):
                version = _version(await chosen.first(session, at))
    return await _page(request, session, actor, found, sheet, at, form, version, status=422)


@router.post("/{sheet}/{item_id}/remove")
async def remove(
    request: Request, session: Reading, actor: Who, organisation_id: UUID, sheet: SheetName, item_id: UUID
) -> Response:
    """Take a certificate, plan or project away."""
    chosen = SHEETS[sheet]
    await _place(session, actor, organisation_id, chosen)
    await forms.read_form(request, TerminationIn, resources(request).keys.link)
    if chosen.kind is None:
        raise NotFound
    async with unit(request) as writing:
        await obligations.remove(writing, actor, organisation_id, chosen.kind, item_id)
    return redirect(_back(organisation_id, year_shown(None)), REMOVED)


async def _place(session: AsyncSession, actor: Actor | None, organisation_id: UUID, sheet: Sheet) -> Organisation:
    found = await queries.organisation(session, organisation_id)
    require(actor, sheet.action, await _about(session, organisation_id))
    return found


async def _about(session: AsyncSession, organisation_id: UUID) -> Any:
    slugs = (await queries.regions_of(session, [organisation_id]))[organisation_id]
    return about(*slugs, organisation_id=organisation_id)


def _known(sheet: Sheet, item_id: UUID | None) -> UUID | None:
    if item_id is not None and sheet.kind is None:
        raise NotFound
    return item_id


def _year(form: forms.Form[Any], year: int | None) -> int:
    typed = str(form.value("year"))
    return int(typed) if typed.isdecimal() and len(typed) == 4 else year_shown(year)


def _version(values: dict[str, Any]) -> object:
    return values.get("revision", values.get("version", ""))


def _back(organisation_id: UUID, year: int) -> str:
    return f"/partners/{organisation_id}/obligations?year={year}"


async def _page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    found: Organisation,
    sheet: SheetName,
    at: At,
    form: forms.Form[Any],
    version: object,
    status: int = 200,
) -> Response:
    renderer = resources(request).renderer
    slugs = (await queries.regions_of(session, [found.id]))[found.id]
    context = {
        "organisation": found,
        "current": "obligations",
        **organisation_tabs(actor, found, slugs),
        "form": renderer.form(request, form),
        "sheet": sheet,
        "title": SHEETS[sheet].title,
        "labels_of": SHEETS[sheet].labels,
        "takes_file": SHEETS[sheet].takes_file,
        "at": at,
        "version": version,
        "years": years_offered(at.year),
        "this_year": today_in_norway(now()).year,
        "categories": CATEGORY_LABELS,
        "tools": [(one, TOOL_LABELS[one]) for one in TOOLS],
        "kinds": [(one, CERTIFICATION_NAMES.get(one, "")) for one in CERTIFICATION_KINDS],
        "cases": [(case.case_id, case.title) for case in await queries.cases_of(session, found.id)],
        "doubtful": sheet == "account" and status == 422,
    }
    return renderer.page(request, "partners/obligation_form.html", context, status)
