"""Claiming an organisation, and answering claims."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners import queries
from services.partners.errors import ClaimRunning, LinkSpent, NotClaimable
from services.partners.models import Organisation
from services.partners.queries.claims import claim as claim_of
from services.partners.queries.claims import running_claim
from services.partners.schemas.claims import ClaimIn, RejectionIn, StrangerClaimIn
from services.partners.usecases import claims
from shared.auth.actor import Actor
from shared.auth.policy import about, can, require
from shared.errors import Invalid
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input

router = APIRouter(prefix="/partners", include_in_schema=False)

LABELS = {
    "name": _("Navnet ditt"),
    "email": _("E-postadressen din på jobben"),
    "message": _("Melding til regionen"),
    "reason": _("Begrunnelse"),
    "person_id": _("Person"),
}
SENT = _("Forespørselen er sendt. Regionen svarer deg på e-post.")
WITHDRAWN = _("Forespørselen er trukket tilbake.")
ACCEPTED = _("Forespørselen er godtatt. Den som spurte, får svar på e-post.")
REJECTED = _("Forespørselen er avslått. Den som spurte, får begrunnelsen på e-post.")
INVITED = _("Invitasjonen er sendt.")
INVITED_BEFORE = _("Personen har allerede fått invitasjonen i dag.")


class InviteForm(Input):
    """Whom an invitation goes to."""

    person_id: UUID


@router.get("/{organisation_id}/claim")
async def show_claim(request: Request, session: Reading, actor: Who, organisation_id: UUID) -> Response:
    """The form that claims an organisation; whoever has claimed it sees how that stands."""
    found = await queries.organisation(session, organisation_id)
    return await _claim_page(request, session, actor, found, forms.Form[ClaimIn]())


@router.post("/{organisation_id}/claim")
async def ask(request: Request, session: Reading, actor: Who, organisation_id: UUID) -> Response:
    """Claim an organisation. To somebody who is not signed in the answer is the same, whoever they are."""
    found = await queries.organisation(session, organisation_id)
    key = resources(request).keys.link
    form: forms.Form[Any] = await forms.read_form(request, ClaimIn if actor else StrangerClaimIn, key, LABELS)
    if form.model is None:
        return await _claim_page(request, session, actor, found, form, 422)
    try:
        async with unit(request) as writing:
            if actor is not None:
                await claims.request(writing, actor, found.id, form.model.message)
            else:
                client = request.client.host if request.client else ""
                await claims.ask(writing, key, found.id, form.model, client)
    except (NotClaimable, ClaimRunning) as refusal:
        form.refused(refusal)
        return await _claim_page(request, session, actor, found, form, 422)
    if actor is not None:
        return redirect(f"/partners/{found.id}/claim", SENT)
    context = {"organisation": found, "email": form.value("email")}
    return resources(request).renderer.page(request, "partners/claim_sent.html", context)


@router.get("/claim/{token}")
async def show_link(request: Request, token: str) -> Response:
    """The page a link leads to. Mail scanners open links, so only its button confirms."""
    page = resources(request).renderer.page(request, "partners/claim_confirm.html", {"token": token})
    page.headers["Cache-Control"] = "no-store"
    return page


@router.post("/claim/{token}")
async def confirm(request: Request, token: str) -> Response:
    """Confirm a claim by its link."""
    try:
        async with unit(request) as session:
            found = await claims.confirm(session, token)
    except LinkSpent as refusal:
        context = {"text": refusal.message}
        return resources(request).renderer.page(request, "partners/claim_spent.html", context, refusal.status)
    return redirect(f"/partners/{found.organisation_id}", SENT)


@router.get("/claims/{claim_id}")
async def show(request: Request, session: Reading, actor: Who, claim_id: UUID) -> Response:
    """A claim, for the staff who answer it."""
    return await _decide_page(request, session, actor, claim_id, forms.Form[RejectionIn]())


@router.post("/claims/{claim_id}/accept")
async def accept(request: Request, actor: Who, claim_id: UUID) -> Response:
    """Find a claim right."""
    await forms.read_form(request, Input, resources(request).keys.link)
    async with unit(request) as session:
        found = await claims.accept(session, actor, claim_id)
    return redirect(f"/partners/{found.organisation_id}", ACCEPTED)


@router.post("/claims/{claim_id}/reject")
async def reject(request: Request, session: Reading, actor: Who, claim_id: UUID) -> Response:
    """Refuse a claim, with the reason."""
    form = await forms.read_form(request, RejectionIn, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await claims.reject(writing, actor, claim_id, form.model.reason)
            return redirect("/partners/work", REJECTED)
        except Invalid as refusal:
            form.refused(refusal)
    return await _decide_page(request, session, actor, claim_id, form, 422)


@router.post("/claims/{claim_id}/withdraw")
async def withdraw(request: Request, session: Reading, actor: Who, claim_id: UUID) -> Response:
    """Take one's own claim back."""
    await forms.read_form(request, Input, resources(request).keys.link)
    async with unit(request) as writing:
        await claims.withdraw(writing, actor, claim_id)
    found = await claim_of(session, claim_id)
    return redirect(f"/partners/{found.organisation_id}", WITHDRAWN)


@router.get("/{organisation_id}/invite")
async def show_invite(request: Request, session: Reading, actor: Who, organisation_id: UUID) -> Response:
    """The people of an organisation, to invite one to take it over."""
    return await _invite_page(request, session, actor, organisation_id, forms.Form[InviteForm]())


@router.post("/{organisation_id}/invite")
async def invite(request: Request, session: Reading, actor: Who, organisation_id: UUID) -> Response:
    """Write to one of an organisation's people that they may take it over."""
    form = await forms.read_form(request, InviteForm, resources(request).keys.link, LABELS)
    if form.model is None:
        return await _invite_page(request, session, actor, organisation_id, form, 422)
    async with unit(request) as writing:
        sent = await claims.invite(writing, actor, organisation_id, form.model.person_id)
    return redirect(f"/partners/{organisation_id}", INVITED if sent else INVITED_BEFORE)


async def _claim_page(
    request: Request, session: AsyncSession, actor: Actor | None, found: Organisation, form: Any, status: int = 200
) -> Response:
    mine = await running_claim(session, found.id, actor.person_id) if actor else None
    renderer = resources(request).renderer
    context = {
        "organisation": found,
        "form": renderer.form(request, form),
        "mine": mine,
        "signed_in": can(actor, "profile.edit"),
        "claimable": found.status == "shadow",
    }
    return renderer.page(request, "partners/claim_form.html", context, status)


async def _decide_page(
    request: Request, session: AsyncSession, actor: Actor | None, claim_id: UUID, form: Any, status: int = 200
) -> Response:
    found = await claim_of(session, claim_id)
    organisation = await queries.organisation(session, found.organisation_id)
    regions = (await queries.regions_of(session, [organisation.id]))[organisation.id]
    require(actor, "claim.decide", about(*regions))
    asking = await queries.person(session, found.person_id)
    renderer = resources(request).renderer
    context = {
        "claim": found,
        "organisation": organisation,
        "person": asking,
        "domain": asking.email.rpartition("@")[2],
        "regions": regions,
        "region_names": await queries.every_region_name(session, request.state.language),
        "form": renderer.form(request, form),
    }
    return renderer.page(request, "partners/claim.html", context, status)


async def _invite_page(
    request: Request, session: AsyncSession, actor: Actor | None, organisation_id: UUID, form: Any, status: int = 200
) -> Response:
    found = await queries.organisation(session, organisation_id)
    regions = (await queries.regions_of(session, [found.id]))[found.id]
    require(actor, "claim.decide", about(*regions))
    renderer = resources(request).renderer
    context = {
        "organisation": found,
        "people": await queries.people_of(session, found.id),
        "form": renderer.form(request, form),
    }
    return renderer.page(request, "partners/claim_invite.html", context, status)
