"""Passkeys: signing in with one, showing one as a second step, and one's own list. Only the browser's part needs a script."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import StringConstraints
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners.models import Person, SecondStep
from services.partners.pages.browser import (
    STEP_PATH,
    Binding,
    come_in,
    count_begun,
    entry_of,
    needing,
    party_of,
    welcome,
)
from services.partners.pages.sign_in import Next
from services.partners.sign_in_errors import (
    AttemptGone,
    ChallengeGone,
    LastPasskey,
    PasskeyNeedsScript,
    PasskeyRefused,
    PasskeyUnknown,
    PersonInactive,
    TooMany,
)
from services.partners.usecases import passkeys, sessions
from services.partners.usecases.passkeys import MOST_CREDENTIAL, RelyingParty
from shared.auth.actor import Actor
from shared.auth.policy import require
from shared.errors import NotFound, Refusal
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import local, redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input

router = APIRouter(prefix="/partners", include_in_schema=False)

OWN = "/partners/me/passkeys"
LABELS = {"name": _("Navn på nøkkelen"), "credential": _("Passnøkkel")}
ADDED = _("Passnøkkelen er lagt til. Nå kan du logge inn med den.")
REMOVED = _("Passnøkkelen er fjernet.")
UNNAMED = "Passnøkkel"
WRONG = (ChallengeGone, PasskeyRefused, PasskeyUnknown, PasskeyNeedsScript, PersonInactive, TooMany)


class ShownForm(Input):
    """What a browser sends of a passkey; empty where it runs no script."""

    credential: Annotated[str, StringConstraints(max_length=MOST_CREDENTIAL)] = ""


class MadeForm(ShownForm):
    """A new passkey and its name."""

    name: Annotated[str, StringConstraints(max_length=60)] = ""


@router.post("/passkeys/options")
async def options_to_sign_in(request: Request) -> Response:
    """What a browser needs to show a passkey; nothing in it tells whose passkeys there are."""
    await count_begun(request)
    party, binding = _party(request), Binding(request).made()
    async with unit(request) as session:
        text = await passkeys.ask_to_sign_in(session, party, binding.digest)
    return _options(binding, text)


@router.post("/sign-in-passkey")
async def sign_in(request: Request, before: Who, next: Next = "/") -> Response:
    """Sign in with a passkey alone."""
    form = await forms.read_form(request, ShownForm, resources(request).keys.link, LABELS)
    sent = form.model.credential if form.model else ""
    try:
        party = _shown(request, sent)
        async with unit(request) as session:
            person = await passkeys.show(session, party, Binding(request).digest, sent)
            came = await sessions.start(session, person, entry_of(request, "passkey", local(next), strong=True))
            actor = await come_in(session, before, person, came)
    except WRONG as refusal:
        return await _refused(request, sent, refusal)
    return welcome(request, actor, next)


@router.get("/sign-in-step")
async def show_step(request: Request, session: Reading) -> Response:
    """The second step of a sign-in: show a passkey, or make the first one."""
    try:
        step = await sessions.open_step(session, Binding(request).digest)
    except AttemptGone as refusal:
        return _page(request, "partners/identity_refused.html", {"text": _say(request, refusal)}, refusal.status)
    return await _step_page(request, session, step, forms.Form[MadeForm]())


@router.post("/sign-in-step/options")
async def options_of_step(request: Request) -> Response:
    """What a browser needs to show one of the person's passkeys, or to make the first."""
    await count_begun(request)
    party, binding = _party(request), Binding(request)
    async with unit(request) as session:
        step = await sessions.open_step(session, binding.digest)
        if await passkeys.passkeys_of(session, step.person_id):
            text = await passkeys.ask_to_sign_in(session, party, binding.digest, step.person_id)
        else:
            text = await passkeys.ask_to_register(
                session, party, await _person(session, step.person_id), binding.digest
            )
    return _options(binding, text)


@router.post("/sign-in-step")
async def take_step(request: Request, before: Who, session: Reading) -> Response:
    """Finish a sign-in with a passkey."""
    form = await forms.read_form(request, MadeForm, resources(request).keys.link, LABELS)
    made = form.model or MadeForm()
    try:
        party = _shown(request, made.credential)
        async with unit(request) as writing:
            step = await sessions.open_step(writing, Binding(request).digest, to_change=True)
            person = await _pass(writing, party, step, made)
            came = await sessions.finish(writing, step, entry_of(request, "passkey").agent)
            actor = await come_in(writing, before, person, came)
    except AttemptGone as refusal:
        return _page(request, "partners/identity_refused.html", {"text": _say(request, refusal)}, refusal.status)
    except WRONG as refusal:
        await _note_refused(request, made.credential, refusal)
        form.refused(refusal)
        return await _step_page(request, session, await sessions.open_step(session, step_browser(request)), form, 422)
    return welcome(request, actor, step.back)


@router.get("/me/passkeys")
async def show_passkeys(request: Request, session: Reading, actor: Who) -> Response:
    """One's own passkeys."""
    return await _own_page(request, session, require(actor, "account.secure"), forms.Form[MadeForm]())


@router.post("/me/passkeys/options")
async def options_to_register(request: Request, actor: Who) -> Response:
    """What a browser needs to make a passkey."""
    actor = require(actor, "account.secure")
    await count_begun(request)
    party, binding = _party(request), Binding(request).made()
    async with unit(request) as session:
        text = await passkeys.ask_to_register(session, party, await _person(session, actor.person_id), binding.digest)
    return _options(binding, text)


@router.post("/me/passkeys")
async def register(request: Request, session: Reading, actor: Who) -> Response:
    """Keep a new passkey, or show what was wrong with it."""
    actor = require(actor, "account.secure")
    form = await forms.read_form(request, MadeForm, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            party = _shown(request, form.model.credential)
            async with unit(request) as writing:
                person = await _person(writing, actor.person_id)
                name = form.model.name or UNNAMED
                await passkeys.register(writing, party, person, Binding(request).digest, form.model.credential, name)
            return redirect(OWN, ADDED)
        except WRONG as refusal:
            await _note_refused(request, form.model.credential, refusal)
            form.refused(refusal)
    return await _own_page(request, session, actor, form, 422)


@router.post("/me/passkeys/{passkey_id}/remove")
async def remove(request: Request, actor: Who, passkey_id: UUID) -> Response:
    """Take one of one's own passkeys away."""
    await forms.read_form(request, Input, resources(request).keys.link)
    try:
        async with unit(request) as session:
            await passkeys.remove(session, actor, passkey_id, needing(request))
    except LastPasskey as refusal:
        return redirect(OWN, refusal.message, "warning")
    return redirect(OWN, REMOVED)


def step_browser(request: Request) -> str:
    """Return the digest a second step is found by."""
    return Binding(request).digest


async def _pass(session: AsyncSession, party: RelyingParty, step: SecondStep, made: MadeForm) -> Person:
    if await passkeys.passkeys_of(session, step.person_id):
        return await passkeys.show(session, party, step.browser, made.credential, step.person_id)
    person = await _person(session, step.person_id)
    await passkeys.register(session, party, person, step.browser, made.credential, made.name or UNNAMED)
    return person


async def _person(session: AsyncSession, person_id: UUID) -> Person:
    found = await session.get(Person, person_id)
    if found is None or not found.active:
        raise NotFound
    return found


def _party(request: Request) -> RelyingParty:
    party = party_of(request)
    if party is None:
        raise NotFound
    return party


def _shown(request: Request, sent: str) -> RelyingParty:
    if not sent:
        raise PasskeyNeedsScript
    return _party(request)


def _options(binding: Binding, text: str) -> Response:
    response = Response(text, media_type="application/json", headers={"Cache-Control": "no-store"})
    binding.keep(response)
    return response


async def _note_refused(request: Request, sent: str, refusal: Refusal) -> None:
    if sent:
        async with unit(request) as session:
            await passkeys.note_refused(session, sent, refusal)


async def _refused(request: Request, sent: str, refusal: Refusal) -> Response:
    await _note_refused(request, sent, refusal)
    return _page(request, "partners/identity_refused.html", {"text": _say(request, refusal)}, refusal.status)


async def _step_page(
    request: Request, session: AsyncSession, step: SecondStep, form: forms.Form[MadeForm], status: int = 200
) -> Response:
    first = not await passkeys.passkeys_of(session, step.person_id)
    context = {"form": resources(request).renderer.form(request, form), "first": first, "action": STEP_PATH}
    return _page(request, "partners/passkey_step.html", context, status)


async def _own_page(
    request: Request, session: AsyncSession, actor: Actor, form: forms.Form[MadeForm], status: int = 200
) -> Response:
    held = await passkeys.passkeys_of(session, actor.person_id)
    context = {
        "form": resources(request).renderer.form(request, form),
        "passkeys": held,
        "possible": party_of(request) is not None,
        "needed": await sessions.needs_passkey(session, actor.person_id, needing(request)),
    }
    return _page(request, "partners/passkeys.html", context, status)


def _page(request: Request, template: str, context: dict[str, object], status: int = 200) -> Response:
    page = resources(request).renderer.page(request, template, context, status)
    page.headers["Cache-Control"] = "no-store"
    return page


def _say(request: Request, refusal: Refusal) -> str:
    return resources(request).renderer.translate(request.state.language, refusal.message, refusal.values)
