"""Signing in with an issuer, and the accounts people have linked to themselves."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import StringConstraints
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import JSONResponse, RedirectResponse, Response

from services.partners.models import IssuerAttempt, Organisation
from services.partners.oidc.claims import Said
from services.partners.pages.browser import Binding, come_in, count_begun, entry_of, needing, welcome
from services.partners.pages.issuers import issuer, issuers, redirect_uri
from services.partners.pages.sign_in import LABELS, Next, SignInForm, link_sent
from services.partners.queries import organisation_by_number
from services.partners.sign_in_errors import (
    AttemptGone,
    BegunTooOften,
    IdentityTaken,
    IssuerAway,
    IssuerRefused,
    PersonInactive,
)
from services.partners.usecases import identities, sessions
from shared.auth.actor import Actor
from shared.auth.policy import require
from shared.errors import Forbidden, Refusal
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import local, redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input

router = APIRouter(prefix="/partners", include_in_schema=False)

OWN = "/partners/me/identities"
LINKED = _("Kontoen er koblet til. Nå kan du logge inn med den.")
UNLINKED = _("Kontoen er koblet fra.")
UNKNOWN_PATH = "/partners/sign-in-unknown"


class ConnectForm(Input):
    """The issuer somebody links an account of."""

    key: Annotated[str, StringConstraints(max_length=40)]


@router.get("/sign-in-with/{key}")
async def begin(request: Request, key: str, next: Next = "/") -> Response:
    """Send the browser to an issuer. A link, since our content policy lets no form lead elsewhere; it changes nothing but our notes."""
    found, binding = issuer(request, key), Binding(request).made()
    try:
        url = await _begun(request, key, binding.digest, local(next), None)
    except (BegunTooOften, IssuerAway, IssuerRefused) as refusal:
        return _told(request, refusal, found.config.name)
    response = RedirectResponse(url, 303)
    binding.keep(response)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/sign-in-with/{key}/back")
async def come_back(request: Request, before: Who, key: str) -> Response:
    """Where an issuer sends the browser back to: check what it says, and let whoever it is in, link them, or ask who they are."""
    provider, browser = issuer(request, key), Binding(request).digest
    answer = dict(request.query_params)
    try:
        async with unit(request) as session:
            attempt = await identities.answered(session, key, answer.get("state", ""), browser)
        said = await provider.said(redirect_uri(request, key), answer, attempt.nonce, attempt.verifier)
        if attempt.person_id is not None:
            return await _linked(request, before, attempt, said)
        return await _entered(request, before, attempt, said)
    except (AttemptGone, IssuerRefused, IssuerAway, PersonInactive, IdentityTaken, Forbidden) as refusal:
        return _told(request, refusal, provider.config.name)


@router.post("/sign-in-with/{key}/logout")
async def back_channel_logout(request: Request, key: str) -> Response:
    """An issuer tells that a session there is over: end ours that it began. Its signature is what opens this door."""
    data = await request.form(max_files=0, max_fields=10)
    headers = {"Cache-Control": "no-store"}
    try:
        name, issuer_session, subject = await issuer(request, key).logged_out(str(data.get("logout_token", "")))
    except (IssuerRefused, IssuerAway) as refusal:
        return JSONResponse({"error": "invalid_request"}, 400 if refusal.status == 403 else 503, headers)
    async with unit(request) as session:
        person_id = await identities.person_of(session, name, subject) if subject else None
        if issuer_session or person_id:
            await sessions.end_of_issuer(session, key, issuer_session, person_id)
    return Response(status_code=200, headers=headers)


@router.get("/sign-in-unknown")
async def show_unknown(
    request: Request, session: Reading, org: Annotated[str, Query(max_length=9)] = "", next: Next = "/"
) -> Response:
    """Somebody an issuer knows and we do not: a link says who they are, or they ask for a place in their organisation."""
    return await _unknown_page(request, session, forms.Form[SignInForm](), org, local(next))


@router.post("/sign-in-unknown")
async def ask_who(
    request: Request, session: Reading, org: Annotated[str, Query(max_length=9)] = "", next: Next = "/"
) -> Response:
    """Have a link sent that links the account to whoever opens it; the answer tells no known address from an unknown one."""
    form = await forms.read_form(request, SignInForm, resources(request).keys.link, LABELS)
    if form.model is None:
        return await _unknown_page(request, session, form, org, local(next), 422)
    waiting = await identities.waiting(session, Binding(request).digest)
    return await link_sent(request, form.model.email, local(next), waiting.id if waiting else None)


@router.get("/me/identities")
async def show_identities(request: Request, session: Reading, actor: Who) -> Response:
    """The accounts somebody has linked, and those they may link."""
    actor = require(actor, "account.secure")
    held = await identities.identities_of(session, actor.person_id)
    names = {key: provider.config.name for key, provider in issuers(request).items()}
    linked = {one.key for one in held}
    context = {"identities": held, "names": names, "others": [key for key in names if key not in linked]}
    return resources(request).renderer.page(request, "partners/identities.html", context)


@router.post("/me/identities/connect")
async def connect(request: Request, actor: Who) -> Response:
    """Show the way to an issuer whose account shall be linked."""
    actor = require(actor, "account.secure")
    form = await forms.read_form(request, ConnectForm, resources(request).keys.link)
    found, binding = issuer(request, form.model.key if form.model else ""), Binding(request).made()
    try:
        url = await _begun(request, found.config.key, binding.digest, OWN, actor.person_id)
    except (BegunTooOften, IssuerAway, IssuerRefused) as refusal:
        return _told(request, refusal, found.config.name)
    page = resources(request).renderer.page(
        request, "partners/identity_connect.html", {"url": url, "name": found.config.name}
    )
    binding.keep(page)
    page.headers["Cache-Control"] = "no-store"
    return page


@router.post("/me/identities/{identity_id}/unlink")
async def unlink(request: Request, actor: Who, identity_id: UUID) -> Response:
    """Take an account away."""
    await forms.read_form(request, Input, resources(request).keys.link)
    async with unit(request) as session:
        await identities.unlink(session, actor, identity_id)
    return redirect(OWN, UNLINKED)


async def _begun(request: Request, key: str, browser: str, back: str, person_id: UUID | None) -> str:
    await count_begun(request)
    async with unit(request) as session:
        begun = await identities.begin(session, key, browser, back, person_id)
    return await issuer(request, key).authorization_url(
        redirect_uri(request, key), begun.state, begun.nonce, begun.verifier
    )


async def _linked(request: Request, before: Actor | None, attempt: IssuerAttempt, said: Said) -> Response:
    actor = require(before, "account.secure") if before else None
    if actor is None:
        raise AttemptGone
    async with unit(request) as session:
        await identities.link_own(session, actor, attempt, said)
    return redirect(OWN, LINKED)


async def _entered(request: Request, before: Actor | None, attempt: IssuerAttempt, said: Said) -> Response:
    config = issuer(request, attempt.key).config
    async with unit(request) as session:
        entry = entry_of(request, "oidc", attempt.back)
        found = await identities.come_in(session, config, attempt.id, said, entry, needing(request))
        actor = await come_in(session, before, *found) if found else None
    if found is None:
        known: Mapping[str, str] = {"org": said.org_numbers[0]} if said.org_numbers else {}
        return redirect(f"{UNKNOWN_PATH}?{urlencode({**known, 'next': attempt.back})}")
    return welcome(request, actor, attempt.back)


async def _unknown_page(
    request: Request, session: AsyncSession, form: forms.Form[SignInForm], org: str, back: str, status: int = 200
) -> Response:
    organisation: Organisation | None = await organisation_by_number(session, org) if org else None
    waiting = await identities.waiting(session, Binding(request).digest)
    known = issuers(request).get(waiting.key) if waiting else None
    context = {
        "form": resources(request).renderer.form(request, form),
        "organisation": organisation,
        "org": org,
        "name": known.config.name if known else "",
        "query": urlencode({"org": org, "next": back}),
    }
    return resources(request).renderer.page(request, "partners/identity_unknown.html", context, status)


def _told(request: Request, refusal: Refusal, name: str) -> Response:
    found = resources(request)
    text = found.renderer.translate(request.state.language, refusal.message, {"name": name, **refusal.values})
    page = found.renderer.page(request, "partners/identity_refused.html", {"text": text}, refusal.status)
    page.headers["Cache-Control"] = "no-store"
    return page
