"""Signing in and out: the pages that set and take away the session cookie."""

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from pydantic import EmailStr
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import RedirectResponse, Response

from services.partners.models import Person
from services.partners.queries import person_by_email
from services.partners.settings import PartnersSettings
from services.partners.usecases import sign_in
from shared.auth.actor import Actor
from shared.auth.session import LIFETIME, issue
from shared.errors import Refusal
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.envelope import session_cookie
from shared.web.flash import local, redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input

router = APIRouter(prefix="/partners", include_in_schema=False)

LABELS = {"email": _("E-postadresse")}
SENT = _("Vi har sendt deg en lenke hvis adressen er registrert. Den virker i ti minutter.")
WELCOME = _("Du er logget inn.")
BYE = _("Du er logget ut.")


class SignInForm(Input):
    """The address somebody asks a link for."""

    email: EmailStr


@router.get("/sign-in")
async def show_sign_in(request: Request, session: Reading, next: Annotated[str, Query()] = "/") -> Response:
    """The form that asks for a link; in the demo also people to be."""
    return await _sign_in_page(request, session, forms.Form[SignInForm](), local(next))


@router.post("/sign-in")
async def ask_for_link(request: Request, session: Reading, next: Annotated[str, Query()] = "/") -> Response:
    """Have a link sent; the answer is the same whether the address is known or not."""
    found = resources(request)
    form = await forms.read_form(request, SignInForm, found.keys.link, LABELS)
    if form.model is None:
        return await _sign_in_page(request, session, form, local(next), 422)
    async with unit(request) as writing:
        await sign_in.request(writing, found.keys.link, form.model.email, _settings(request).sign_in_minutes)
    return found.renderer.page(request, "partners/link_sent.html", {"email": form.model.email})


@router.get("/sign-in/{token}")
async def show_link(request: Request, token: str) -> Response:
    """The page a link leads to. Mail scanners open links, so only its button signs in."""
    page = resources(request).renderer.page(request, "partners/spend_link.html", {"token": token})
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


@router.post("/sign-in/{token}")
async def spend_link(request: Request, token: str) -> Response:
    """Use a link up and sign in."""
    try:
        async with unit(request) as session:
            person, started = await sign_in.spend(session, token)
            actor = await sign_in.actor_of(session, person, started.id)
    except Refusal as refusal:
        return resources(request).renderer.page(
            request, "partners/link_spent.html", {"text": refusal.message}, refusal.status
        )
    return _signed_in(request, actor, redirect("/", WELCOME))


@router.post("/sign-in-as")
async def sign_in_as(request: Request, person: Annotated[str, Form()], next: Annotated[str, Query()] = "/") -> Response:
    """Sign in as one of the demo's invented people; only where the demo runs."""
    if not resources(request).settings.demo:
        return redirect("/partners/sign-in")
    async with unit(request) as session:
        found = await person_by_email(session, person)
        if found is None or found.email not in _settings(request).demo_people:
            return redirect("/partners/sign-in")
        started = await sign_in.start(session, found)
        actor = await sign_in.actor_of(session, found, started.id)
    return _signed_in(request, actor, redirect(local(next), WELCOME))


@router.get("/session/renew")
async def renew(request: Request, next: Annotated[str, Query()] = "/") -> Response:
    """Give a session that still lasts a fresh token, and go back to where it was asked for."""
    settings = _settings(request)
    back = RedirectResponse(local(next), 303)
    cookie = request.cookies.get(session_cookie(settings.secure_cookies), "")
    session_id = sign_in.session_of(resources(request).keys.public, cookie)
    actor = None
    if session_id is not None:
        async with unit(request) as session:
            idle, absolute = timedelta(hours=settings.session_idle_hours), timedelta(days=settings.session_days)
            actor = await sign_in.renew(session, session_id, idle, absolute)
    if actor is None:
        back.delete_cookie(
            session_cookie(settings.secure_cookies), secure=settings.secure_cookies, httponly=True, samesite="lax"
        )
        return back
    return _signed_in(request, actor, back)


@router.post("/sign-out")
async def sign_out(request: Request, actor: Who) -> Response:
    """End the session everywhere."""
    settings = _settings(request)
    if actor is not None:
        await forms.read_form(request, Input, resources(request).keys.link)
        async with unit(request) as session:
            await sign_in.end(session, actor.session_id, timedelta(days=settings.session_days))
    response = redirect("/", BYE)
    response.delete_cookie(
        session_cookie(settings.secure_cookies), secure=settings.secure_cookies, httponly=True, samesite="lax"
    )
    return response


def _signed_in(request: Request, actor: Actor, response: RedirectResponse) -> RedirectResponse:
    found = resources(request)
    assert found.keys.private is not None
    secure = found.settings.secure_cookies
    # The cookie outlives its token, so that a token past its time can still be renewed from the session's row.
    lasting = int(timedelta(days=_settings(request).session_days).total_seconds())
    token = issue(found.keys.private, actor, LIFETIME)
    response.set_cookie(session_cookie(secure), token, max_age=lasting, httponly=True, secure=secure, samesite="lax")
    return response


async def _sign_in_page(
    request: Request, session: AsyncSession, form: forms.Form[SignInForm], back: str, status: int = 200
) -> Response:
    found = resources(request)
    people: list[Person] = []
    if found.settings.demo:
        asked = [await person_by_email(session, email) for email in _settings(request).demo_people]
        people = [person for person in asked if person is not None]
    shown = form.translated(lambda text, values=None: found.renderer.translate(request.state.language, text, values))
    context = {"form": shown, "people": people, "query": urlencode({"next": back})}
    return found.renderer.page(request, "partners/sign_in.html", context, status)


def _settings(request: Request) -> PartnersSettings:
    settings = resources(request).settings
    assert isinstance(settings, PartnersSettings)
    return settings
