"""Staff's pages: drafting, editing, publishing and cancelling a webinar."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.events import queries
from services.events.errors import NotADraft, NotPublished, Stale
from services.events.models import Webinar
from services.events.schemas import CancelIn, PublishIn, WebinarIn
from services.events.usecases import drafting, publishing
from services.events.walltime import DEFAULT_ZONE
from shared.auth.actor import Actor
from shared.auth.policy import about as about_target
from shared.auth.policy import can, regions_open, require
from shared.contracts.vocabulary import FOCUS_AREAS, LANGUAGES
from shared.errors import Refusal
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _

router = APIRouter(prefix="/events", include_in_schema=False)

LABELS = {
    "title": _("Tittel"),
    "summary": _("Sammendrag"),
    "description": _("Beskrivelse"),
    "language": _("Språk"),
    "scope": _("Hvem gjelder webinaret?"),
    "regions": _("Regioner"),
    "focus_area": _("Satsingsområde"),
    "segment_id": _("Målgruppe"),
    "starts_at": _("Begynner"),
    "ends_at": _("Slutter"),
    "time_zone": _("Tidssone"),
    "join_url": _("Lenke til møterommet"),
    "capacity": _("Antall plasser"),
    "reason": _("Grunn"),
}
ZONES = (DEFAULT_ZONE, "Europe/Copenhagen", "Europe/Stockholm", "Europe/Helsinki", "Europe/London", "UTC")
DRAFTED = _("Utkastet er lagret. Ingen er invitert ennå.")
SAVED = _("Endringene er lagret.")
PUBLISHED = _("Webinaret er publisert, og invitasjonene er på vei.")
CANCELLED = _("Webinaret er avlyst. De som ble invitert, får beskjed.")


@router.get("/new")
async def show_new(request: Request, session: Reading, actor: Who) -> Response:
    """The form that drafts a webinar."""
    require(actor, "webinar.read-unpublished")
    return await _form_page(request, session, actor, forms.Form[WebinarIn](_empty(actor)), None)


@router.post("/new")
async def draft(request: Request, session: Reading, actor: Who) -> Response:
    """Draft a webinar, or show the form again with what is wrong."""
    require(actor, "webinar.read-unpublished")
    form = await forms.read_form(request, WebinarIn, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                made = await drafting.draft(writing, actor, form.model)
            return redirect(f"/events/{made.id}", DRAFTED)
        except Refusal as refusal:
            form.refused(refusal)
            return await _form_page(request, session, actor, form, None, _status(refusal))
    return await _form_page(request, session, actor, form, None, 422)


@router.get("/{webinar_id}/edit")
async def show_edit(request: Request, session: Reading, actor: Who, webinar_id: UUID) -> Response:
    """The form that changes a draft."""
    found = await _drafted(session, actor, webinar_id)
    return await _form_page(request, session, actor, forms.Form[WebinarIn](_typed(found)), found)


@router.post("/{webinar_id}/edit")
async def edit(request: Request, session: Reading, actor: Who, webinar_id: UUID) -> Response:
    """Change a draft, or show the form again with what is wrong."""
    found = await _drafted(session, actor, webinar_id)
    form = await forms.read_form(request, WebinarIn, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await drafting.edit(writing, actor, webinar_id, form.model)
            return redirect(f"/events/{webinar_id}", SAVED)
        except Stale as stale:
            # Shown with the version that now is: whoever looks it over and saves again, means it.
            form = forms.Form[WebinarIn](_again(form.model, found.version), LABELS)
            form.refused(stale)
        except Refusal as refusal:
            form.refused(refusal)
            return await _form_page(request, session, actor, form, found, _status(refusal))
    return await _form_page(request, session, actor, form, found, 422)


@router.get("/{webinar_id}/publish")
async def show_publish(request: Request, session: Reading, actor: Who, webinar_id: UUID) -> Response:
    """Who will be invited, before anybody is."""
    found = await queries.visible(session, actor, webinar_id)
    require(actor, "webinar.publish", found.target)
    if found.status != "draft":
        return redirect(f"/events/{webinar_id}")
    return await _publish_page(request, session, found, forms.Form[PublishIn]({"version": found.version}))


@router.post("/{webinar_id}/publish")
async def publish(request: Request, session: Reading, actor: Who, webinar_id: UUID) -> Response:
    """Announce a webinar and go to its page, where the invitations can be followed."""
    form = await forms.read_form(request, PublishIn, resources(request).keys.link)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await publishing.publish(writing, actor, webinar_id, form.model.version)
            return redirect(f"/events/{webinar_id}", PUBLISHED)
        except Refusal as refusal:
            if refusal.status != 409:
                raise
            form.refused(refusal)
    found = await _own(session, actor, webinar_id)
    return await _publish_page(request, session, found, form, 409 if form.model else 422)


@router.get("/{webinar_id}/cancel")
async def show_cancel(request: Request, session: Reading, actor: Who, webinar_id: UUID) -> Response:
    """The form that calls a webinar off."""
    found = await _own(session, actor, webinar_id)
    if found.status == "draft":
        raise NotPublished
    if found.status == "cancelled":
        return redirect(f"/events/{webinar_id}")
    return await _cancel_page(request, session, found, forms.Form[CancelIn]())


@router.post("/{webinar_id}/cancel")
async def cancel(request: Request, session: Reading, actor: Who, webinar_id: UUID) -> Response:
    """Call a webinar off, or show the form again with what is wrong."""
    form = await forms.read_form(request, CancelIn, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await publishing.cancel(writing, actor, webinar_id, form.model.reason)
            return redirect(f"/events/{webinar_id}", CANCELLED)
        except Refusal as refusal:
            if refusal.status != 409:
                raise
            form.refused(refusal)
    found = await _own(session, actor, webinar_id)
    return await _cancel_page(request, session, found, form, 409 if form.model else 422)


async def _drafted(session: AsyncSession, actor: Actor | None, webinar_id: UUID) -> Webinar:
    found = await queries.visible(session, actor, webinar_id)
    require(actor, "webinar.edit", found.target)
    if found.status != "draft":
        raise NotADraft
    return found


async def _own(session: AsyncSession, actor: Actor | None, webinar_id: UUID) -> Webinar:
    found = await queries.visible(session, actor, webinar_id)
    require(actor, "webinar.cancel", found.target)
    return found


async def _form_page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    form: forms.Form[Any],
    found: Webinar | None,
    status: int = 200,
) -> Response:
    names = {item.slug: item.name(request.state.language) for item in await queries.regions_today(session)}
    open_to = regions_open(actor, "webinar.draft", names)
    zone = str(form.value("time_zone") or DEFAULT_ZONE)
    context = {
        "webinar": found,
        "regions": [(slug, names[slug]) for slug in open_to],
        "national": can(actor, "webinar.draft", about_target(national=True)),
        "languages": LANGUAGES,
        "focus_areas": FOCUS_AREAS,
        "segments": await _segments(session, actor, found),
        "zones": [(name, name) for name in dict.fromkeys((*ZONES, zone))],
    }
    return _with_form(request, "events/form.html", form, context, status)


async def _segments(session: AsyncSession, actor: Actor | None, found: Webinar | None) -> list[tuple[str, str]]:
    choices = {str(one.segment_id): one.name for one in await queries.segments(session, actor)}
    if found is not None and (name := await queries.segment_name(session, found.segment_id)):
        choices[str(found.segment_id)] = name
    return list(choices.items())


async def _publish_page(
    request: Request, session: AsyncSession, found: Webinar, form: forms.Form[Any], status: int = 200
) -> Response:
    context = {
        "webinar": found,
        "count": await queries.audience_count(session, found.audience),
        "segment_name": await queries.segment_name(session, found.segment_id),
        "region_count": await queries.audience_regions(session, found.audience),
        "region_names": {item.slug: item.name(request.state.language) for item in await queries.all_regions(session)},
    }
    return _with_form(request, "events/publish.html", form, context, status)


async def _cancel_page(
    request: Request, session: AsyncSession, found: Webinar, form: forms.Form[Any], status: int = 200
) -> Response:
    counts = await queries.registered_counts(session, [found.id])
    send = (await queries.invitations(session, [found.id])).get(found.id)
    context = {"webinar": found, "registered": counts.get(found.id, 0), "invited": send.audience if send else None}
    return _with_form(request, "events/cancel.html", form, context, status)


def _with_form(
    request: Request, template: str, form: forms.Form[Any], context: dict[str, Any], status: int
) -> Response:
    renderer = resources(request).renderer
    shown = renderer.form(request, form)
    return renderer.page(request, template, {"form": shown, **context}, status)


def _empty(actor: Actor | None) -> dict[str, Any]:
    national = actor is not None and actor.is_national
    own = sorted(actor.regions) if actor is not None and not national else []
    return {"time_zone": DEFAULT_ZONE, "language": "nb", "scope": "national" if national else "regions", "regions": own}


def _typed(found: Webinar) -> dict[str, Any]:
    return {**found.model_dump(), **_typed_times(found.local_start, found.local_end)}


def _again(given: WebinarIn, version: int) -> dict[str, Any]:
    return {**given.model_dump(), **_typed_times(given.starts_at, given.ends_at), "version": version}


def _typed_times(start: datetime, end: datetime) -> dict[str, str]:
    return {"starts_at": f"{start:%Y-%m-%dT%H:%M}", "ends_at": f"{end:%Y-%m-%dT%H:%M}"}


def _status(refusal: Refusal) -> int:
    return 403 if refusal.status == 403 else 422
