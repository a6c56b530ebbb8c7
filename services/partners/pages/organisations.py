"""An organisation's own page, and the form that changes it."""

from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import RedirectResponse, Response

from services.partners import queries
from services.partners.errors import Stale
from services.partners.models import Logo, Organisation
from services.partners.pages.organisation_form import LABELS, STATUS_LABELS, OrganisationForm, form_page, values_of
from services.partners.pages.registering import told_of
from services.partners.pages.tabs import organisation_tabs
from services.partners.queries.findings import findings_of
from services.partners.queries.obligations import public_obligations
from services.partners.queries.topics import topic_names
from services.partners.register.nace import THEME_LABELS
from services.partners.register.verdicts import TEXTS
from services.partners.resources import register_of
from services.partners.schemas import OrganisationEdit
from services.partners.usecases import organisations
from services.partners.visibility import hidden, level_for, sees, shown
from shared.auth.actor import Actor
from shared.auth.policy import about, can, require
from shared.errors import Conflict, Invalid, NotFound
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _

router = APIRouter(prefix="/partners", include_in_schema=False)

SAVED = _("Endringene er lagret.")


class EditForm(OrganisationForm, OrganisationEdit):
    """An organisation as the form that changes it sends it."""


@router.get("/{organisation_id}")
async def show(request: Request, session: Reading, actor: Who, organisation_id: UUID) -> Response:
    """An organisation as whoever asks may see it, with its published cases. A double leads to what took its place."""
    found = await queries.organisation(session, organisation_id)
    if found.merged_into is not None:
        return RedirectResponse(f"/partners/{(await queries.survivor(session, found)).id}", 301)
    slugs = (await queries.regions_of(session, [found.id]))[found.id]
    level = level_for(actor, found, slugs)
    if hidden(actor, found, slugs):
        raise NotFound
    renderer, language = resources(request).renderer, request.state.language
    theme = THEME_LABELS.get(found.nace_theme or "", "")
    context = {
        "organisation": found,
        "shown": shown(found, level),
        "regions": slugs,
        "region_names": await queries.every_region_name(session, language),
        "topic_names": await topic_names(session, language),
        "theme": renderer.translate(language, theme),
        "status_label": renderer.translate(language, STATUS_LABELS[found.status]),
        "sector_reason": renderer.translate(language, found.sector_reason, {"value": found.sector_value}),
        "logo": await session.get(Logo, found.id),
        "cases": await queries.cases_of(session, found.id),
        "contacts": await queries.people_of(session, found.id) if sees(level, found, "contacts") else [],
        "inside": level == "region",
        "findings": [
            (one.id, renderer.translate(language, TEXTS[one.code], one.values))  # type: ignore[index]
            for one in (await findings_of(session, found.id) if level == "region" else [])
        ],
        "public": await public_obligations(session, found.id),
        "current": "about",
        **organisation_tabs(actor, found, slugs),
        **_deeds(actor, found, slugs),
    }
    return renderer.page(request, "partners/organisation.html", context)


def _deeds(actor: Actor | None, found: Organisation, slugs: list[str]) -> dict[str, bool]:
    return {
        "may_edit": can(actor, "organisation.edit", about(*slugs, organisation_id=found.id)),
        "may_claim": found.status == "shadow" and found.id not in (actor.organisations if actor else ()),
        "may_invite": can(actor, "claim.decide", about(*slugs)) and found.status == "shadow",
    }


@router.get("/{organisation_id}/edit")
async def show_edit(request: Request, session: Reading, actor: Who, organisation_id: UUID) -> Response:
    """The form that changes an organisation."""
    found, slugs = await _editable(session, actor, organisation_id)
    return await form_page(request, session, actor, forms.Form[EditForm](values_of(found, slugs)), found)


@router.post("/{organisation_id}/edit")
async def edit(request: Request, actor: Who, organisation_id: UUID) -> Response:
    """Change an organisation, or show the form again with what is wrong."""
    async with resources(request).database.reading() as session:
        before, _slugs = await _editable(session, actor, organisation_id)
    form = await forms.read_form(request, EditForm, resources(request).keys.link, LABELS)
    version = form.value("version")
    if form.model is not None:
        number = form.model.org_number
        told = await told_of(register_of(request), number) if number != before.org_number else None
        try:
            async with unit(request) as writing:
                await organisations.edit(writing, actor, organisation_id, form.model, told)
            return redirect(f"/partners/{organisation_id}", SAVED)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
            version = None if isinstance(refusal, Stale) else version
    async with resources(request).database.reading() as session:
        found = await queries.organisation(session, organisation_id)
        return await form_page(request, session, actor, form, found, version, status=422)


async def _editable(
    session: AsyncSession, actor: Actor | None, organisation_id: UUID
) -> tuple[Organisation, list[str]]:
    found = await queries.organisation(session, organisation_id)
    slugs = (await queries.regions_of(session, [found.id]))[found.id]
    require(actor, "organisation.edit", about(*slugs, organisation_id=found.id))
    if found.merged_into is not None:
        raise NotFound
    return found, slugs
