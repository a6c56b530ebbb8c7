"""The pages of needs: the board of those nobody has met, one by one with what may answer them, and the form."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.knowledge import queries
from services.knowledge.models import Need, Organisation
from services.knowledge.pages.needs_shown import board_context, reasons_in_words
from services.knowledge.presenting import presenting_for
from services.knowledge.queries import needs as asked
from services.knowledge.queries.rows import organisation_names
from services.knowledge.schemas.needs import NeedIn
from services.knowledge.usecases import needs
from shared.auth.actor import Actor
from shared.auth.policy import about, can, require
from shared.clock import today_in_norway
from shared.contracts.vocabulary import LANGUAGES, SCOPES
from shared.db.engine import is_sqlite
from shared.errors import Forbidden, Refusal
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input

router = APIRouter(prefix="/cases/needs", include_in_schema=False)

LABELS = {
    "title": _("Hva leter dere etter?"),
    "text": _("Fortell mer"),
    "language": _("Språk"),
    "organisation_id": _("Virksomhet"),
    "region": _("Region"),
    "wanted_by": _("Senest"),
    "visibility": _("Hvem kan se det?"),
    "focus_areas": _("Satsingsområder"),
    "scopes": _("Scope"),
    "sector": _("Sektor"),
    "measure_types": _("Typer tiltak"),
}
USUAL = timedelta(days=90)
POSTED = _("Behovet er lagt ut.")
SAVED = _("Endringene er lagret.")
WITHDRAWN = _("Behovet er trukket tilbake.")


@router.get("")
async def show_board(request: Request, session: Reading, actor: Who) -> Response:
    """The needs nobody has met, those that are due first."""
    presenter = await presenting_for(request, await queries.regions(session))
    wanted, context = board_context(request, presenter)
    found = await asked.board(session, actor, wanted, sqlite=is_sqlite(resources(request).database.url))
    context |= {
        "presenter": presenter,
        "needs": found,
        "names": await organisation_names(session, [one.organisation_id for one in found]),
        "mine": await asked.own_needs(session, actor) if actor else [],
        "may_post": may_post(actor),
        "limit": asked.BOARD_LIMIT,
    }
    return resources(request).renderer.page(request, "knowledge/needs.html", context)


@router.get("/new")
async def show_new(request: Request, session: Reading, actor: Who) -> Response:
    """The form that posts a need; a search that found nothing fills it in."""
    given = request.query_params
    offered = await organisations_for(session, actor)
    only = offered[0] if len(offered) == 1 else None
    known = await request.app.state.terms.all()
    named = [known.found("measure_type", name) for name in given.getlist("measure_type")]
    values = {
        "title": given.get("q", "").strip()[:200],
        "language": request.state.language,
        "wanted_by": (today_in_norway() + USUAL).isoformat(),
        "visibility": "public",
        "organisation_id": str(only.id) if only else "",
        "region": given.get("region") or (only.regions[0] if only and len(only.regions) == 1 else ""),
        "focus_areas": given.getlist("focus_area"),
        "scopes": given.getlist("scope"),
        "sector": given.get("sector", ""),
        "measure_types": [term.code for term in named if term is not None],
    }
    return await _form_page(request, session, actor, forms.Form[NeedIn](values), None)


@router.post("/new")
async def post(request: Request, session: Reading, actor: Who) -> Response:
    """Post a need, or show the form again with what is wrong."""
    await organisations_for(session, actor)
    form = await forms.read_form(request, NeedIn, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                made = await needs.post(writing, actor, form.model)
            return redirect(f"/cases/needs/{made.id}", POSTED)
        except Forbidden:
            form.refuse("organisation_id", NOT_YOURS)
        except Refusal as refusal:
            form.refused(refusal)
    return await _form_page(request, session, actor, form, None, 422)


NOT_YOURS = _("Velg en virksomhet du handler for, eller en i regionen din.")


@router.get("/{need_id}")
async def show(request: Request, session: Reading, actor: Who, need_id: UUID) -> Response:
    """A need; its own people and staff see what may answer it."""
    return await need_page(request, session, actor, need_id)


@router.get("/{need_id}/matches")
async def show_matches(request: Request, session: Reading, actor: Who, need_id: UUID) -> Response:
    """What may answer a need, for its page to ask for while it is still being looked for."""
    found = await asked.need(session, actor, need_id)
    require(actor, "need.manage", asked.need_target(found))
    context = await matches_context(request, session, actor, found)
    return resources(request).renderer.page(request, "knowledge/need_matches.html", context)


@router.get("/{need_id}/edit")
async def show_edit(request: Request, session: Reading, actor: Who, need_id: UUID) -> Response:
    """The form that changes a need."""
    found = await asked.need(session, actor, need_id)
    require(actor, "need.manage", asked.need_target(found))
    values = {**found.model_dump(), "measure_types": found.measure_codes, "wanted_by": found.wanted_by.isoformat()}
    return await _form_page(request, session, actor, forms.Form[NeedIn](values), found)


@router.post("/{need_id}/edit")
async def edit(request: Request, session: Reading, actor: Who, need_id: UUID) -> Response:
    """Change a need, or show the form again with what is wrong."""
    found = await asked.need(session, actor, need_id)
    require(actor, "need.manage", asked.need_target(found))
    form = await forms.read_form(request, NeedIn, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await needs.edit(writing, actor, need_id, form.model)
            return redirect(f"/cases/needs/{need_id}", SAVED)
        except Refusal as refusal:
            if refusal.status in (401, 404):
                raise
            form.refused(refusal)
    return await _form_page(request, session, actor, form, found, 422)


@router.post("/{need_id}/withdraw")
async def withdraw(request: Request, actor: Who, need_id: UUID) -> Response:
    """Look for it no longer."""
    await forms.read_form(request, Input, resources(request).keys.link)
    try:
        async with unit(request) as writing:
            await needs.withdraw(writing, actor, need_id)
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        return redirect(f"/cases/needs/{need_id}", refusal.message, "warning")
    return redirect(f"/cases/needs/{need_id}", WITHDRAWN)


def may_post(actor: Actor | None) -> bool:
    """Whether somebody may post a need anywhere."""
    return actor is not None and (actor.is_staff or bool(actor.organisations))


async def need_page(
    request: Request, session: AsyncSession, actor: Actor | None, need_id: UUID, status: int = 200
) -> Response:
    """Return the page of a need as `actor` may see it."""
    found = await asked.need(session, actor, need_id)
    manages = can(actor, "need.manage", asked.need_target(found))
    context = {
        "need": found,
        "manages": manages,
        "organisation": await queries.organisation(session, found.organisation_id),
        "alike": await asked.alike(session, actor, found),
        "may_arrange": actor is not None and actor.is_staff,
        "enough": asked.ALIKE,
        **await matches_context(request, session, actor if manages else None, found),
    }
    return resources(request).renderer.page(request, "knowledge/need.html", context, status)


async def matches_context(request: Request, session: AsyncSession, actor: Actor | None, found: Need) -> dict[str, Any]:
    """Return what shows the matches of a need; none of them where `actor` is None, because they are not theirs to see."""
    presenter = await presenting_for(request, await queries.regions(session))
    rows = await asked.matches_of(session, found.id) if actor else []
    return {
        "need": found,
        "presenter": presenter,
        "waits": found.is_live and await asked.waits(session, found.id),
        "matches": [(match, case, reasons_in_words(request, presenter, match.reasons)) for match, case in rows],
    }


async def organisations_for(session: AsyncSession, actor: Actor | None) -> list[Organisation]:
    """Return the organisations `actor` may post for; raises SignInNeeded, Forbidden."""
    who = require(actor, "profile.edit")
    if not may_post(who):
        raise Forbidden
    if who.is_staff:
        own = await queries.organisations_in(session, None if who.is_national else who.regions)
        mine = [one for one in await queries.organisations_in(session, None) if one.id in who.organisations]
        return list({one.id: one for one in [*mine, *own]}.values())
    return [one for one in await queries.organisations_in(session, None) if one.id in who.organisations]


async def _form_page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    form: forms.Form[Any],
    found: Need | None,
    status: int = 200,
) -> Response:
    presenter = await presenting_for(request, await queries.regions(session))
    offered = await organisations_for(session, actor) if found is None else []
    today = await queries.regions_today(session)
    if found is None:
        wanted = set().union(*(one.regions for one in offered)) | (actor.regions if actor else set())
        slugs = [slug for slug in today if slug in wanted or (actor and actor.is_national)]
    else:
        target = found.organisation_id
        slugs = [s for s in today if can(actor, "need.manage", about(s, organisation_id=target)) or s == found.region]
    context = {
        "form": resources(request).renderer.form(request, form),
        "need": found,
        "organisations": [(str(one.id), one.name) for one in offered],
        "regions": [(slug, presenter.region(slug)) for slug in slugs],
        "scopes": SCOPES,
        "languages": LANGUAGES,
        "presenter": presenter,
    }
    return resources(request).renderer.page(request, "knowledge/need_form.html", context, status)
