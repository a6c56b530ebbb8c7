"""Signing in and out: the pages that set and take away the session cookie."""

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import RedirectResponse, Response

from services.partners.errors import LinkSpent
from services.partners.models import Person
from services.partners.queries import all_regions, person_by_email
from services.partners.schemas import Email
from services.partners.settings import PartnersSettings
from services.partners.usecases import sign_in
from shared.auth.actor import Actor
from shared.auth.session import LIFETIME, issue
from shared.errors import NotFound
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.envelope import session_cookie
from shared.web.flash import local, redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input

router = APIRouter(prefix="/partners", include_in_schema=False)

LABELS = {"email": _("E-postadresse")}
WELCOME = _("Du er logget inn.")
BYE = _("Du er logget ut.")
Next = Annotated[str, Query(max_length=2_000)]


class SignInForm(Input):
    """The address somebody asks a link for."""

    email: Email


class DemoForm(Input):
    """The address of the invented person somebody signs in as."""

    person: Email


@router.get("/sign-in")
async def show_sign_in(request: Request, session: Reading, next: Next = "/") -> Response:
    """The form that asks for a link; in the demo also people to be."""
    return await _sign_in_page(request, session, forms.Form[SignInForm](), local(next))


@router.post("/sign-in")
async def ask_for_link(request: Request, session: Reading, next: Next = "/") -> Response:
    """Have a link sent; the answer is the same whether the address is known or not."""
    found = resources(request)
    form = await forms.read_form(request, SignInForm, found.keys.link, LABELS)
    if form.model is None:
        return await _sign_in_page(request, session, form, local(next), 422)
    minutes, client = _settings(request).sign_in_minutes, request.client.host if request.client else ""
    async with unit(request) as writing:
        await sign_in.request(writing, found.keys.link, form.model.email, client, minutes, local(next))
    context = {"email": form.value("email"), "minutes": minutes, "query": urlencode({"next": local(next)})}
    return found.renderer.page(request, "partners/link_sent.html", context)


@router.get("/sign-in/{token}")
async def show_link(request: Request, token: str) -> Response:
    """The page a link leads to. Mail scanners open links, so only its button signs in."""
    page = resources(request).renderer.page(request, "partners/spend_link.html", {"token": token})
    page.headers["Cache-Control"] = "no-store"
    return page


@router.post("/sign-in/{token}")
async def spend_link(request: Request, before: Who, token: str) -> Response:
    """Use a link up and sign in."""
    try:
        async with unit(request) as session:
            person, started, back = await sign_in.spend(session, token)
            actor = await _instead_of(session, before, await sign_in.actor_of(session, person, started.id))
    except LinkSpent as refusal:
        return resources(request).renderer.page(
            request, "partners/link_spent.html", {"text": refusal.message}, refusal.status
        )
    return _signed_in(request, actor, redirect(local(back), WELCOME))


@router.post("/sign-in-as")
async def sign_in_as(request: Request, before: Who, next: Next = "/") -> Response:
    """Sign in as one of the demo's invented people; only where the demo runs."""
    found = resources(request)
    if not found.settings.demo:
        raise NotFound
    form = await forms.read_form(request, DemoForm, found.keys.link)
    if form.model is None or form.model.person not in _settings(request).demo_people:
        return redirect("/partners/sign-in")
    async with unit(request) as session:
        person = await person_by_email(session, form.model.person)
        if person is None or not person.active:
            return redirect("/partners/sign-in")
        started = await sign_in.start(session, person)
        actor = await _instead_of(session, before, await sign_in.actor_of(session, person, started.id))
    return _signed_in(request, actor, redirect(local(next), WELCOME))


@router.get("/session/renew")
async def renew(request: Request, next: Next = "/") -> Response:
    """Give a session that still lasts a fresh token, and go back to where it was asked for."""
    settings = _settings(request)
    back = RedirectResponse(local(next), 303)
    actor, session_id = None, _session_id(request)
    if session_id is not None:
        async with unit(request) as session:
            idle, absolute = timedelta(hours=settings.session_idle_hours), timedelta(days=settings.session_days)
            actor = await sign_in.renew(session, session_id, idle, absolute)
    return _signed_in(request, actor, back) if actor else _signed_out(request, back)


@router.post("/sign-out")
async def sign_out(request: Request, actor: Who) -> Response:
    """End the session everywhere, also where its token is past its time."""
    await forms.read_form(request, Input, resources(request).keys.link)
    session_id = actor.session_id if actor else _session_id(request)
    if session_id is not None:
        async with unit(request) as session:
            await sign_in.end(session, session_id)
    return _signed_out(request, redirect("/", BYE))


def _session_id(request: Request) -> UUID | None:
    found = resources(request)
    cookie = request.cookies.get(session_cookie(found.settings.secure_cookies), "")
    return sign_in.session_of(found.keys.public, cookie)


async def _instead_of(session: AsyncSession, before: Actor | None, actor: Actor) -> Actor:
    if before is not None and not before.by_token:
        await sign_in.end(session, before.session_id)
    return actor


def _signed_in(request: Request, actor: Actor, response: RedirectResponse) -> RedirectResponse:
    found = resources(request)
    assert found.keys.private is not None
    secure = found.settings.secure_cookies
    # The cookie outlives its token, so that a token past its time can still be renewed from the session's row.
    lasting = int(timedelta(days=_settings(request).session_days).total_seconds())
    token = issue(found.keys.private, actor, LIFETIME)
    response.set_cookie(session_cookie(secure), token, max_age=lasting, httponly=True, secure=secure, samesite="lax")
    response.headers["Cache-Control"] = "no-store"
    return response


def _signed_out(request: Request, response: RedirectResponse) -> RedirectResponse:
    secure = resources(request).settings.secure_cookies
    response.delete_cookie(session_cookie(secure), secure=secure, httponly=True, samesite="lax")
    response.headers["Cache-Control"] = "no-store"
    return response


async def _sign_in_page(
    request: Request, session: AsyncSession, form: forms.Form[SignInForm], back: str, status: int = 200
) -> Response:
    found = resources(request)
    people: list[Person] = []
    if found.settings.demo:
        asked = [await person_by_email(session, email) for email in _settings(request).demo_people]
        people = [person for person in asked if person is not None and person.active]
    regions = {region.slug: region.name(request.state.language) for region in await all_regions(session)}
    shown = found.renderer.form(request, form)
    context = {"form": shown, "people": people, "regions": regions, "query": urlencode({"next": back})}
    return found.renderer.page(request, "partners/sign_in.html", context, status)


def _settings(request: Request) -> PartnersSettings:
    settings = resources(request).settings
    assert isinstance(settings, PartnersSettings)
    return settings
