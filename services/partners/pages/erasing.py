"""Being erased: what goes and what stays, the letter's link, the certificate, and staff who do it on somebody's behalf."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import StringConstraints
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners import queries
from services.partners.models import FORGETTING
from services.partners.pages.browser import signed_out
from services.partners.privacy_errors import ErasureGone
from services.partners.queries.privacy import alone_for, certificate, open_erasure
from services.partners.usecases import erasing
from shared.auth.actor import Actor
from shared.auth.policy import require
from shared.errors import Conflict, Forbidden, Invalid
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input

router = APIRouter(prefix="/partners", include_in_schema=False)

OWN = "/partners/me/erase"
LABELS = {"reason": _("Begrunnelse"), "how": _("Hvordan")}
SENT = _("Vi har sendt deg en lenke på e-post. Ingenting slettes før du bekrefter der.")
SENT_TO_THEM = _("Vi har sendt personen en lenke på e-post. Ingenting slettes før personen bekrefter der.")
BLOCKED = _("Regionen er bedt om å navngi en annen kontakt først. Be om sletting igjen når det er gjort.")
WITHDRAWN = _("Slettingen er trukket tilbake. Ingenting er slettet.")
SERVICE_NAMES = {
    "knowledge": _("Eksempler og søk"),
    "events": _("Arrangementer og påmeldinger"),
    "notifier": _("E-post"),
}


class OnBehalf(Input):
    """How somebody is erased by staff: the person confirms by mail, or their address works no longer."""

    reason: Annotated[str, StringConstraints(max_length=600)] = ""
    how: Literal["mail", "now"] = "mail"


@router.get("/me/erase")
async def show_own(request: Request, session: Reading, actor: Who) -> Response:
    """What is erased and what is not, and why."""
    actor = require(actor, "account.secure")
    context = {
        "person": await queries.person(session, actor.person_id),
        "erasure": await open_erasure(session, actor.person_id),
        "alone": await alone_for(session, actor.person_id),
    }
    return _page(request, "partners/erase.html", context)


@router.post("/me/erase")
async def ask(request: Request, actor: Who) -> Response:
    """Ask to be erased."""
    require(actor, "account.secure")
    found = resources(request)
    await forms.read_form(request, Input, found.keys.link)
    async with unit(request) as session:
        made = await erasing.ask(session, actor, found.keys.link)
    return redirect(OWN, BLOCKED if made.blocked_at else SENT, "warning" if made.blocked_at else "success")


@router.post("/me/erase/withdraw")
async def withdraw(request: Request, actor: Who) -> Response:
    """Take one's wish back."""
    require(actor, "account.secure")
    await forms.read_form(request, Input, resources(request).keys.link)
    async with unit(request) as session:
        await erasing.take_back(session, actor)
    return redirect(OWN, WITHDRAWN)


@router.get("/erase/{token}")
async def show_link(request: Request, session: Reading, token: str) -> Response:
    """The page the letter's link leads to. Mail scanners open links, so only its button erases."""
    try:
        found = await erasing.check(session, token)
    except ErasureGone as refusal:
        return _gone(request, refusal)
    return _page(request, "partners/erase_confirm.html", {"token": token, "person": found, "refusal": None})


@router.post("/erase/{token}")
async def confirm(request: Request, session: Reading, token: str) -> Response:
    """Erase whose link it is, and lead to the certificate."""
    await forms.read_form(request, Input, resources(request).keys.link)
    try:
        async with unit(request) as writing:
            made = await erasing.confirm(writing, token)
    except ErasureGone as refusal:
        return _gone(request, refusal)
    except Conflict as refusal:
        found = await erasing.check(session, token)
        context = {"token": token, "person": found, "refusal": (refusal.message, refusal.values)}
        return _page(request, "partners/erase_confirm.html", context, refusal.status)
    return signed_out(request, redirect(f"/partners/erased/{made.code}"))


@router.get("/erased/{code}")
async def show_certificate(request: Request, session: Reading, code: str) -> Response:
    """What was erased where, and when; whoever has the address may see it."""
    found = await certificate(session, code)
    done = [(SERVICE_NAMES[service], getattr(found, f"{service}_at")) for service in FORGETTING]
    return _page(request, "partners/erased.html", {"erasure": found, "services": done})


@router.get("/people/{person_id}/erase")
async def show_on_behalf(request: Request, session: Reading, actor: Who, person_id: UUID) -> Response:
    """The form by which staff erase somebody who asked them to."""
    form = forms.Form[OnBehalf]({"how": "mail"}, LABELS)
    return await _behalf_page(request, session, actor, person_id, form)


@router.post("/people/{person_id}/erase")
async def erase_on_behalf(request: Request, session: Reading, actor: Who, person_id: UUID) -> Response:
    """Have a person asked by mail, or erase them at once; or show the form again with what is wrong."""
    require(actor, "work.view")
    found = resources(request)
    form = await forms.read_form(request, OnBehalf, found.keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                if form.model.how == "now":
                    made = await erasing.erase_now(writing, actor, person_id, form.model.reason)
                else:
                    made = await erasing.ask_for(writing, actor, found.keys.link, person_id, form.model.reason)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
        else:
            if made.code:
                return redirect(f"/partners/erased/{made.code}")
            return redirect(f"/partners/people/{person_id}", BLOCKED if made.blocked_at else SENT_TO_THEM)
    return await _behalf_page(request, session, actor, person_id, form, status=422)


async def _behalf_page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    person_id: UUID,
    form: forms.Form[OnBehalf],
    status: int = 200,
) -> Response:
    require(actor, "work.view")
    person = await queries.person_in_reach(session, actor, person_id)
    if not await erasing.may_erase(session, actor, person):
        raise Forbidden
    context = {
        "form": resources(request).renderer.form(request, form),
        "person": person,
        "alone": await alone_for(session, person.id),
    }
    return _page(request, "partners/erase_on_behalf.html", context, status)


def _gone(request: Request, refusal: ErasureGone) -> Response:
    return _page(request, "partners/erase_gone.html", {"text": refusal.message}, refusal.status)


def _page(request: Request, template: str, context: Mapping[str, object], status: int = 200) -> Response:
    page = resources(request).renderer.page(request, template, context, status)
    page.headers["Cache-Control"] = "no-store"
    return page
