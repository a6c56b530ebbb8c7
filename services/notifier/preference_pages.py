"""What people want mail about: their page behind a link that carries its own proof, and the one-click way out (RFC 8058)."""

from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.notifier.models import Kind, Topic
from services.notifier.queries import known_recipient, masked, wanted_topics
from services.notifier.schemas import PreferencesIn
from services.notifier.usecases import preferences
from shared.auth.links import link_token, read_link
from shared.errors import NotFound, SignInNeeded
from shared.web import flash
from shared.web.doors import Reading, Who, resources, unit
from shared.web.forms import Form, read_form
from shared.web.i18n import marker as _

router = APIRouter(prefix="/mail", include_in_schema=False)
PURPOSE = "preferences"
TOPIC_LABELS: dict[Topic, str] = {"webinars": _("Invitasjoner til webinarer")}
LABELS = {"topics": _("Jeg vil ha e-post om")}
ANYWAY: dict[tuple[Kind, ...], tuple[str, str]] = {
    ("sign_in", "confirm_email"): (
        _("Lenker for å logge inn og bekrefte adressen"),
        _("Du har nettopp bedt om dem."),
    ),
    ("registration_confirmation", "webinar_cancellation"): (
        _("Bekreftelse på påmelding, og beskjed om avlysning"),
        _("Du har meldt deg på eller er invitert, og skal ikke møte opp forgjeves."),
    ),
    ("account_opened", "account_reminder", "account_overdue"): (
        _("Påminnelser om klimaregnskapet"),
        _("Organisasjonen din har avtale om å levere det hvert år. De slutter når det er levert."),
    ),
    ("case_changes_requested", "claim_requested", "claim_accepted", "claim_rejected"): (
        _("Svar på det du har sendt inn"),
        _("Noen har lest eksempelet ditt eller ønsket ditt om å styre en profil."),
    ),
    ("invited_to_registry", "inactive_soon", "inactive_last"): (
        _("Beskjed når du blir registrert, og før tilgangen din stenges"),
        _("Du skal vite hva vi har om deg, og rekke å si fra."),
    ),
    ("need_matched", "outcome_asked", "introduction_declined"): (
        _("Beskjeder om behov du har lagt ut"),
        _("Du leter etter noe, og skal vite hva som svarer på det."),
    ),
    ("introduction_asked", "introduction_reminder", "introduction_handed_over", "introduction", "case_question"): (
        _("Når noen vil snakke med deg om et eksempel eller et behov"),
        _("Du svarer for det, eller har selv bedt om å bli koblet."),
    ),
    ("case_tried", "case_spread"): (
        _("Når andre prøver det dere har gjort"),
        _("Dere skal vite at eksempelet brukes."),
    ),
    ("confirm_erasure",): (
        _("Beskjeder om sletting av opplysningene dine"),
        _("Du har bedt om sletting, og vi må vite at det var deg."),
    ),
}
"""What comes whatever people prefer, and why."""
SAVED = _("Valget ditt er lagret.")


@router.get("/preferences")
async def own_preferences(request: Request, actor: Who) -> Response:
    """Lead somebody who is signed in to their own page."""
    if actor is None:
        raise SignInNeeded
    return RedirectResponse(f"/mail/preferences/{link_token(_key(request), PURPOSE, actor.person_id)}", 303)


@router.get("/preferences/{token}")
async def show_preferences(request: Request, session: Reading, token: str) -> HTMLResponse:
    """Show what a person wants mail about; changes nothing."""
    return await _page(request, session, _person(request, token), token, None)


@router.post("/preferences/{token}")
async def save_preferences(request: Request, token: str) -> Response:
    """Keep what a person chose."""
    person_id = _person(request, token)
    form = await read_form(request, PreferencesIn, _key(request), LABELS)
    if form.model is None:
        async with resources(request).database.reading() as session:
            return await _page(request, session, person_id, token, form)
    async with unit(request) as session:
        await preferences.choose(session, person_id, set(form.model.topics))
    return _private(flash.redirect(f"/mail/preferences/{token}", SAVED))


@router.get("/unsubscribe/{topic}/{token}")
async def ask_unsubscribe(request: Request, session: Reading, topic: Topic, token: str) -> Response:
    """Show the button; following a link changes nothing, for mail scanners do so too."""
    person = await known_recipient(session, _person(request, token))
    context = {"address": masked(person.email), "topic": TOPIC_LABELS[topic], "token": token, "done": False}
    return _private(resources(request).renderer.page(request, "notifier/unsubscribe.html", context))


@router.post("/unsubscribe/{topic}/{token}")
async def unsubscribe(request: Request, topic: Topic, token: str) -> Response:
    """Take the person off the topic at once, however often it is asked: no cookie, no sign-in, no redirect."""
    async with unit(request) as session:
        person = await known_recipient(session, _person(request, token))
        await preferences.unsubscribe(session, person.person_id, topic)
    context = {"address": masked(person.email), "topic": TOPIC_LABELS[topic], "token": token, "done": True}
    return _private(resources(request).renderer.page(request, "notifier/unsubscribe.html", context))


def _key(request: Request) -> bytes:
    return resources(request).keys.link


def _person(request: Request, token: str) -> UUID:
    person_id = read_link(_key(request), PURPOSE, token)
    if person_id is None:
        raise NotFound
    return person_id


async def _page(
    request: Request, session: AsyncSession, person_id: UUID, token: str, form: Form[PreferencesIn] | None
) -> HTMLResponse:
    person = await known_recipient(session, person_id)
    renderer = resources(request).renderer
    form = form or Form({"topics": sorted(await wanted_topics(session, person.person_id))}, LABELS)
    context = {
        "form": renderer.form(request, form),
        "address": masked(person.email),
        "topics": TOPIC_LABELS,
        "anyway": ANYWAY.values(),
        "token": token,
    }
    page = renderer.page(request, "notifier/preferences.html", context, 422 if form._errors else 200)
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


def _private(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
