"""Where somebody is signed in, and ending it: one's own sessions, and by staff those of a person."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.partners import queries
from services.partners.pages.browser import lasting, signed_out
from services.partners.usecases import securing, sessions
from shared.auth.policy import require
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input

router = APIRouter(prefix="/partners", include_in_schema=False)

OWN = "/partners/me/sessions"
ENDED = _("Du er logget ut der.")
ENDED_OTHERS = _("Du er logget ut alle andre steder.")
BYE = _("Du er logget ut.")
ENDED_ALL = _("Personen er logget ut overalt, og tokenene til personen virker ikke lenger.")
KEYS_GONE = _("Passnøklene er fjernet. Personen lager en ny ved neste innlogging.")


@router.get("/me/sessions")
async def show_sessions(request: Request, session: Reading, actor: Who) -> Response:
    """Where one is signed in."""
    actor = require(actor, "account.secure")
    found = await sessions.sessions_of(session, actor.person_id, *lasting(request))
    context = {"sessions": found, "own_id": actor.session_id}
    return resources(request).renderer.page(request, "partners/sessions.html", context)


@router.post("/me/sessions/{session_id}/end")
async def end(request: Request, actor: Who, session_id: UUID) -> Response:
    """End one of one's own sessions."""
    actor = require(actor, "account.secure")
    await forms.read_form(request, Input, resources(request).keys.link)
    async with unit(request) as session:
        await sessions.end_own(session, actor, session_id)
    return signed_out(request, redirect("/", BYE)) if session_id == actor.session_id else redirect(OWN, ENDED)


@router.post("/me/sessions/end-others")
async def end_others(request: Request, actor: Who) -> Response:
    """End all of one's own sessions but this one."""
    actor = require(actor, "account.secure")
    await forms.read_form(request, Input, resources(request).keys.link)
    async with unit(request) as session:
        await sessions.end_all(session, actor.person_id, but=actor.session_id)
    return redirect(OWN, ENDED_OTHERS)


@router.post("/people/{person_id}/sessions/end")
async def end_all(request: Request, actor: Who, person_id: UUID) -> Response:
    """Sign a person out everywhere, and take their tokens back."""
    await forms.read_form(request, Input, resources(request).keys.link)
    async with unit(request) as session:
        await securing.sign_out_everywhere(session, actor, await queries.person(session, person_id, to_change=True))
    return redirect(f"/partners/people/{person_id}", ENDED_ALL)


@router.post("/people/{person_id}/passkeys/remove")
async def remove_passkeys(request: Request, actor: Who, person_id: UUID) -> Response:
    """Take a person's passkeys away, who lost them."""
    await forms.read_form(request, Input, resources(request).keys.link)
    async with unit(request) as session:
        await securing.remove_passkeys(session, actor, await queries.person(session, person_id, to_change=True))
    return redirect(f"/partners/people/{person_id}", KEYS_GONE)
