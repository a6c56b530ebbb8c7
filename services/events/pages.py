"""The public pages of events: the calendar, a webinar, one's own answers, and what other pages and calendars embed."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.events import calendars, queries
from services.events.models import Reach, Webinar
from services.events.presenting import Listed, by_month, listed, may_join
from services.events.schemas import AnswerIn
from services.events.settings import EventsSettings
from services.events.usecases import registrations
from shared.auth.actor import Actor
from shared.auth.policy import can
from shared.clock import now
from shared.contracts.vocabulary import LANGUAGES, Language
from shared.errors import Refusal, SignInNeeded
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.paging import PER_PAGE, Paging

router = APIRouter(prefix="/events", include_in_schema=False)

FEED_PAST = timedelta(days=90)
SAID = {
    "registered": _("Du er påmeldt."),
    "declined": _("Takk for svaret. Du er ikke påmeldt."),
    "withdrawn": _("Du er meldt av."),
}
FEED_NAME = _("Webinarer fra Koblingsboks")
Choice = Annotated[str, Query(max_length=60)]


@router.get("")
async def show_calendar(
    request: Request,
    session: Reading,
    actor: Who,
    when: Choice = "upcoming",
    scope: Choice = "",
    region: Choice = "",
    language: Choice = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """The calendar by month: what is ahead, what is past, and for staff the drafts."""
    regions = await queries.all_regions(session)
    staff = can(actor, "webinar.read-unpublished")
    wanted = await narrowed(session, when, scope, region, language, drafts=staff)
    slug = wanted.region
    total, found = await queries.calendar(session, wanted, page, PER_PAGE)
    context = {
        "months": by_month(await listed(session, actor, found), request.state.language),
        "draft_count": await queries.draft_count(session) if staff else 0,
        "wanted": wanted,
        "when": "drafts" if wanted.drafts else "upcoming" if wanted.upcoming else "past",
        "region_names": {item.slug: item.name(request.state.language) for item in regions},
        "choices": [
            (item.slug, item.name(request.state.language)) for item in regions if item.holds or item.slug == slug
        ],
        "languages": LANGUAGES,
        "paging": Paging(page, PER_PAGE, total),
        "may_draft": staff,
    }
    return resources(request).renderer.page(request, "events/calendar.html", context)


async def narrowed(
    session: AsyncSession, when: str, scope: str, region: str, language: str, *, drafts: bool
) -> queries.Filter:
    """Return what the calendar is narrowed to; what is no choice narrows nothing, and drafts are there for staff alone."""
    shown = when if when == "past" or (when == "drafts" and drafts) else "upcoming"
    slug = region if any(item.slug == region for item in await queries.all_regions(session)) else None
    ahead = {"upcoming": True, "past": False}.get(shown)
    heirs = tuple(await queries.heirs(session, slug)) if slug else ()
    return queries.Filter(_scope(scope), slug, _language(language), ahead, drafts=shown == "drafts", heirs=heirs)


@router.get("/calendar.ics")
async def calendar_feed(request: Request, session: Reading, region: Choice = "") -> Response:
    """The national webinars as a calendar to subscribe to; with `region`, that region's own as well."""
    found = await queries.feed(session, await queries.heirs(session, region), now() - FEED_PAST)
    name = resources(request).renderer.translate(request.state.language, FEED_NAME)
    settings = _settings(request)
    content = calendars.published(found, settings.base_url, settings.mail_from, name)
    return Response(content, headers={"Cache-Control": "public, max-age=300"}, media_type=calendars.MEDIA_TYPE)


@router.get("/fragments/upcoming")
async def upcoming_fragment(request: Request, session: Reading, actor: Who) -> Response:
    """The next three webinars, for other pages to embed."""
    _total, found = await queries.calendar(session, queries.Filter(upcoming=True), 1, 3)
    context = {"webinars": await listed(session, actor, found), "region_names": await _region_names(session, request)}
    return resources(request).renderer.page(request, "events/fragments/upcoming.html", context)


@router.get("/mine")
async def show_mine(request: Request, session: Reading, actor: Who) -> Response:
    """The webinars somebody answered."""
    if actor is None:
        raise SignInNeeded
    found = [webinar for _answer, webinar in await queries.registrations_of(session, actor.person_id)]
    mine = await listed(session, actor, found)
    context = {
        "ahead": [item for item in reversed(mine) if not item.webinar.over],
        "past": [item for item in mine if item.webinar.over],
        "region_names": await _region_names(session, request),
    }
    return resources(request).renderer.page(request, "events/mine.html", context)


@router.get("/{webinar_id}.ics")
async def download_entry(request: Request, session: Reading, actor: Who, webinar_id: UUID) -> Response:
    """One webinar as a calendar file; for those registered with the address to join at."""
    found = await queries.visible(session, actor, webinar_id)
    item = (await listed(session, actor, [found]))[0]
    join = may_join(actor, found, item.answer)
    headers = {
        "Content-Disposition": f'attachment; filename="webinar-{found.local_start:%Y-%m-%d}.ics"',
        "Cache-Control": "private, no-cache",
    }
    settings = _settings(request)
    content = calendars.published([found], settings.base_url, settings.mail_from, join=join)
    return Response(content, headers=headers, media_type=calendars.MEDIA_TYPE)


@router.get("/{webinar_id}")
async def show_webinar(request: Request, session: Reading, actor: Who, webinar_id: UUID) -> Response:
    """A webinar; drafts are there for staff alone."""
    return await _webinar_page(request, session, actor, webinar_id, forms.Form[AnswerIn]())


@router.post("/{webinar_id}/answer")
async def answer(request: Request, session: Reading, actor: Who, webinar_id: UUID) -> Response:
    """Take the signed-in person's answer, or show why it cannot be taken."""
    if actor is None:
        raise SignInNeeded
    form = await forms.read_form(request, AnswerIn, resources(request).keys.link)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await registrations.answer(writing, webinar_id, actor.person_id, form.model.state, "self")
            return redirect(f"/events/{webinar_id}", SAID[form.model.state])
        except Refusal as refusal:
            form.refused(refusal)
    return await _webinar_page(request, session, actor, webinar_id, form, 409 if form.model else 422)


async def _webinar_page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    webinar_id: UUID,
    form: forms.Form[Any],
    status: int = 200,
) -> Response:
    found = await queries.visible(session, actor, webinar_id)
    item = (await listed(session, actor, [found]))[0]
    renderer = resources(request).renderer
    context = {
        **_facts(item),
        "region_names": await _region_names(session, request),
        "join_url": found.join_url if may_join(actor, found, item.answer) else None,
        "send": (await queries.invitations(session, [found.id])).get(found.id),
        "form": renderer.form(request, form),
        "may": _may(actor, found),
    }
    return renderer.page(request, "events/webinar.html", context, status)


def _settings(request: Request) -> EventsSettings:
    found = resources(request).settings
    assert isinstance(found, EventsSettings)
    return found


def _facts(item: Listed) -> dict[str, Any]:
    return {"item": item, "webinar": item.webinar}


def _may(actor: Actor | None, found: Webinar) -> dict[str, bool]:
    draft, announced = found.status == "draft", found.status == "published"
    return {
        "edit": draft and can(actor, "webinar.edit", found.target),
        "publish": draft and not found.begun and can(actor, "webinar.publish", found.target),
        "cancel": announced and not found.over and can(actor, "webinar.cancel", found.target),
        "see_send": not draft and can(actor, "send.view"),
    }


async def _region_names(session: AsyncSession, request: Request) -> dict[str, str]:
    return {item.slug: item.name(request.state.language) for item in await queries.all_regions(session)}


def _scope(text: str) -> Reach | None:
    scopes: dict[str, Reach] = {"national": "national", "regions": "regions"}
    return scopes.get(text)


def _language(text: str) -> Language | None:
    return next((language for language in LANGUAGES if language == text), None)
