"""The form that drafts and edits a case, also beside what somebody else wrote meanwhile."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.knowledge import queries
from services.knowledge.errors import Stale
from services.knowledge.models import CC_BY, SECTIONS, Case
from services.knowledge.pages.labels import LABELS, OF_FORM
from services.knowledge.pages.typed import rearranged, typed_values
from services.knowledge.presenting import presenting_for
from services.knowledge.queries.rows import rows_of
from services.knowledge.schemas import CaseIn
from services.knowledge.usecases import editorial
from shared.auth.actor import Actor
from shared.auth.policy import regions_open, require
from shared.contracts.vocabulary import LANGUAGES, SCOPES
from shared.errors import Forbidden, Refusal
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _

router = APIRouter(prefix="/cases", include_in_schema=False)

COMPARED = {
    "title", "summary", "region", "language", *SECTIONS, "focus_areas", "scopes", "sector", "year_start", "year_end",
    "project_status", "transferability", "prerequisites", "keywords", "capex_nok", "opex_nok_per_year", "saving_nok_per_year",
    "lifetime_years", "staff_hours", "price_year", "organisation_id", "owner_name", "source_url",
}  # fmt: skip
"""Fields that are shown side by side where two edited at once: those that stand as they were typed."""
DRAFTED = _("Utkastet er lagret.")
SAVED = _("Endringene er lagret.")


@router.get("/new")
async def show_new(request: Request, session: Reading, actor: Who) -> Response:
    """The form that starts a case."""
    await _regions_to_draft_in(session, actor)
    own = sorted(actor.regions) if actor else []
    region = own[0] if len(own) == 1 else ""
    form = forms.Form[CaseIn]({"language": request.state.language, "region": region, "licence": CC_BY})
    return await _form_page(request, session, actor, form, None)


@router.post("/new")
async def draft(request: Request, session: Reading, actor: Who) -> Response:
    """Start a case, or show the form again: with what is wrong, or with a row more or less."""
    await _regions_to_draft_in(session, actor)
    form = await forms.read_form(request, CaseIn, resources(request).keys.link, OF_FORM)
    if await rearranged(request, form):
        return await _form_page(request, session, actor, form, None)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                made = await editorial.draft(writing, actor, form.model)
            return redirect(f"/cases/{made.id}", DRAFTED)
        except Refusal as refusal:
            form.refused(refusal)
    return await _form_page(request, session, actor, form, None, 422)


@router.get("/{case_id}/edit")
async def show_edit(request: Request, session: Reading, actor: Who, case_id: UUID) -> Response:
    """The form that changes a case."""
    found = await queries.readable(session, actor, case_id)
    require(actor, "case.edit", editorial.target(found))
    rows = (await rows_of(session, [case_id]))[case_id]
    presenter = await presenting_for(request, await queries.regions(session))
    form = forms.Form[CaseIn](typed_values(found, rows, presenter))
    return await _form_page(request, session, actor, form, found)


@router.post("/{case_id}/edit")
async def edit(request: Request, session: Reading, actor: Who, case_id: UUID) -> Response:
    """Change a case, or show the form again: with what is wrong, with a row more or less, or beside what somebody else wrote."""
    found = await queries.readable(session, actor, case_id)
    require(actor, "case.edit", editorial.target(found))
    form = await forms.read_form(request, CaseIn, resources(request).keys.link, OF_FORM)
    if await rearranged(request, form):
        return await _form_page(request, session, actor, form, found)
    conflict = False
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await editorial.edit(writing, actor, case_id, form.model)
            return redirect(f"/cases/{case_id}", SAVED)
        except Refusal as refusal:
            if refusal.status in (401, 403, 404):
                raise
            conflict = isinstance(refusal, Stale)
            form.refused(refusal)
    return await _form_page(request, session, actor, form, found, 409 if conflict else 422, conflict=conflict)


async def _regions_to_draft_in(session: AsyncSession, actor: Actor | None) -> list[str]:
    who = require(actor, "webinar.read-unpublished")
    slugs = regions_open(who, "case.draft", await queries.regions_today(session))
    if not slugs:
        raise Forbidden
    return slugs


async def _form_page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    form: forms.Form[Any],
    found: Case | None,
    status: int = 200,
    *,
    conflict: bool = False,
) -> Response:
    presenter = await presenting_for(request, await queries.regions(session))
    slugs = regions_open(actor, "case.draft", await queries.regions_today(session))
    if found is not None and found.region not in slugs:
        slugs.append(found.region)
    organisations = await queries.organisations_in(session, None if actor and actor.is_national else slugs)
    context = {
        "form": resources(request).renderer.form(request, form),
        "case": found,
        "action": f"/cases/{found.id}/edit" if found else "/cases/new",
        "version": _version(form, found, conflict=conflict),
        "conflict": _differences(form, found) if conflict and found else [],
        "regions": [(slug, presenter.region(slug)) for slug in slugs],
        "organisations": [(str(row.id), row.name) for row in organisations],
        "scopes": SCOPES,
        "languages": LANGUAGES,
        "presenter": presenter,
        "has_contact": found is not None and found.contact_id is not None,
    }
    return resources(request).renderer.page(request, "knowledge/form.html", context, status)


def _version(form: forms.Form[Any], found: Case | None, *, conflict: bool) -> Any:
    """Return the version that was read: today's once somebody saw the conflict, else the one the form came with."""
    today = found.version if found else ""
    return today if conflict else form.value("version") or today


def _differences(form: forms.Form[Any], found: Case) -> list[dict[str, Any]]:
    """Return the fields where what was typed is not what now stands, both as text."""
    assert form.model is not None
    typed = form.model.model_dump()
    return [
        {"label": LABELS[name], "typed": _text(typed[name]), "stored": _text(getattr(found, name))}
        for name in LABELS
        if name in COMPARED and typed[name] != getattr(found, name)
    ]


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
