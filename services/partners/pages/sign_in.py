"""Signing in by a link, signing out, and what keeps a session going."""

from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response

from services.partners.errors import LinkSpent
from services.partners.models import Person
from services.partners.pages.browser import (
    Binding,
    come_in,
    entry_of,
    lasting,
    needing,
    party_of,
    settings_of,
    signed_in,
    signed_out,
    welcome,
)
from services.partners.pages.issuers import end_session_url, issuers
from services.partners.queries import all_regions, person_by_email
from services.partners.schemas import Email
from services.partners.sign_in_errors import IdentityTaken
from services.partners.usecases import sessions, sign_in
from services.partners.usecases.asking import Limits, seldom_enough
from services.partners.usecases.sign_in import Asked
from shared.errors import NotFound, Refusal
from shared.web import forms
from shared.web.app import Resources
from shared.web.doors import Reading, Who, resources, unit
from shared.web.envelope import session_cookie
from shared.web.flash import local, redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input

router = APIRouter(prefix="/partners", include_in_schema=False)

LABELS = {"email": _("E-postadresse")}
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
    """The ways in: issuers, a passkey, a link; in the demo also people to be."""
    return await _sign_in_page(request, session, forms.Form[SignInForm](), local(next))


@router.post("/sign-in")
async def ask_for_link(request: Request, session: Reading, next: Next = "/") -> Response:
    """Have a link sent; the answer is the same whether the address is known or not, and leaves before anybody looks."""
    form = await forms.read_form(request, SignInForm, resources(request).keys.link, LABELS)
    if form.model is None:
        return await _sign_in_page(request, session, form, local(next), 422)
    return await link_sent(request, form.model.email, local(next))


async def link_sent(request: Request, email: str, back: str, attempt_id: UUID | None = None) -> Response:
    """Count the wish for a link, answer it, and only then see whether there is anybody to send it to."""
    found, settings, binding = resources(request), settings_of(request), Binding(request).made()
    limits = Limits(settings.sign_in_most_per_address, settings.sign_in_most_per_client)
    client = request.client.host if request.client else ""
    async with unit(request) as writing:
        seldom = await seldom_enough(writing, found.keys.link, email, client, limits)
    context = {"email": email, "minutes": settings.sign_in_minutes, "query": urlencode({"next": back})}
    response = found.renderer.page(request, "partners/link_sent.html", context)
    binding.keep(response)
    if seldom:
        asked = Asked(email, binding.digest, settings.sign_in_minutes, back, attempt_id)
        response.background = BackgroundTask(_send, found, asked)
    return response


@router.get("/sign-in/{token}")
async def show_link(request: Request, session: Reading, token: str) -> Response:
    """The page a link leads to. Mail scanners open links, so only its button signs in; what will not work is told at once."""
    try:
        await sign_in.check(session, token, Binding(request).digest)
    except LinkSpent as refusal:
        return _refused(request, refusal)
    page = resources(request).renderer.page(request, "partners/spend_link.html", {"token": token})
    page.headers["Cache-Control"] = "no-store"
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


@router.post("/sign-in/{token}")
async def spend_link(request: Request, before: Who, token: str) -> Response:
    """Use a link up and sign in, or go on to the passkey."""
    try:
        async with unit(request) as session:
            entry = entry_of(request, "link")
            person, came, back = await sign_in.spend(session, token, entry, needing(request))
            actor = await come_in(session, before, person, came)
    except (LinkSpent, IdentityTaken) as refusal:
        async with unit(request) as session:
            await sign_in.note_refused(session, token, refusal)
        return _refused(request, refusal)
    return welcome(request, actor, back)


@router.post("/sign-in-as")
async def sign_in_as(request: Request, before: Who, next: Next = "/") -> Response:
    """Sign in as one of the demo's invented people; only where the demo runs."""
    found = resources(request)
    if not found.settings.demo:
        raise NotFound
    form = await forms.read_form(request, DemoForm, found.keys.link)
    if form.model is None or form.model.person not in settings_of(request).demo_people:
        return redirect("/partners/sign-in")
    async with unit(request) as session:
        person = await person_by_email(session, form.model.person)
        if person is None or not person.active:
            return redirect("/partners/sign-in")
        came = await sessions.enter(session, person, entry_of(request, "demo"), ())
        actor = await come_in(session, before, person, came)
    return welcome(request, actor, next)


@router.get("/session/renew")
async def renew(request: Request, next: Next = "/") -> Response:
    """Give a session that still lasts a fresh token, and go back to where it was asked for."""
    back = RedirectResponse(local(next), 303)
    actor, session_id = None, _session_id(request)
    if session_id is not None:
        async with unit(request) as session:
            actor = await sessions.renew(session, session_id, *lasting(request), needing(request))
    return signed_in(request, actor, back) if actor else signed_out(request, back)


@router.post("/sign-out")
async def sign_out(request: Request, actor: Who) -> Response:
    """End the session everywhere, also where its token is past its time; and tell how to end the issuer's, where one began it."""
    await forms.read_form(request, Input, resources(request).keys.link)
    session_id = actor.session_id if actor else _session_id(request)
    ended = None
    if session_id is not None:
        async with unit(request) as session:
            ended = await sessions.end(session, session_id)
    onward = await end_session_url(request, ended.issuer) if ended and ended.issuer else ""
    if not onward:
        return signed_out(request, redirect("/", BYE))
    request.state.actor = None
    context = {"onward": onward, "issuer": issuers(request)[ended.issuer].config.name if ended else ""}
    return signed_out(request, resources(request).renderer.page(request, "partners/signed_out.html", context))


async def _send(found: Resources, asked: Asked) -> None:
    async with found.database.writing() as session:
        await sign_in.request(session, found.keys.link, asked)


def _session_id(request: Request) -> UUID | None:
    found = resources(request)
    cookie = request.cookies.get(session_cookie(found.settings.secure_cookies), "")
    return sessions.session_of(found.keys.public, cookie)


def _refused(request: Request, refusal: Refusal) -> Response:
    context = {"text": refusal.message, "code": refusal.code}
    page = resources(request).renderer.page(request, "partners/link_spent.html", context, refusal.status)
    page.headers["Cache-Control"] = "no-store"
    return page


async def _sign_in_page(
    request: Request, session: AsyncSession, form: forms.Form[SignInForm], back: str, status: int = 200
) -> Response:
    found = resources(request)
    people: list[Person] = []
    if found.settings.demo:
        asked = [await person_by_email(session, email) for email in settings_of(request).demo_people]
        people = [person for person in asked if person is not None and person.active]
    context = {
        "form": found.renderer.form(request, form),
        "people": people,
        "regions": {region.slug: region.name(request.state.language) for region in await all_regions(session)},
        "query": urlencode({"next": back}),
        "issuers": [(key, provider.config.name) for key, provider in issuers(request).items()],
        "passkeys": party_of(request) is not None,
    }
    page = found.renderer.page(request, "partners/sign_in.html", context, status)
    # Before anything is asked for, so that what is sent twice in a hurry comes from one browser.
    Binding(request).made().keep(page)
    return page
