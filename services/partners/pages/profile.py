"""One's own profile, and the address one is written to."""

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners import queries
from services.partners.errors import Stale
from services.partners.models import Person
from services.partners.pages.people import LABELS
from services.partners.people_errors import AddressGone, TooOften
from services.partners.schemas.fields import Email
from services.partners.schemas.people import ProfileIn
from services.partners.usecases import profile
from shared.auth.actor import Actor
from shared.auth.policy import about, can, require
from shared.contracts.vocabulary import FOCUS_AREAS, LANGUAGES
from shared.errors import Conflict, Invalid
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input

router = APIRouter(prefix="/partners", include_in_schema=False)

SAVED = _("Profilen er lagret.")
SENT = _("Vi har sendt en lenke til den nye adressen. Den gamle gjelder til du har brukt lenken.")
CONFIRMED = _("Adressen er bekreftet. Logg inn med den nye adressen.")


class AddressForm(Input):
    """The address somebody wants to be written to."""

    email: Email


@router.get("/me")
async def show(request: Request, session: Reading, actor: Who) -> Response:
    """What the registry keeps of the one who looks, and what they act for."""
    found = await _self(session, actor)
    return await _page(request, session, actor, found)


@router.post("/me")
async def edit(request: Request, session: Reading, actor: Who) -> Response:
    """Change one's own profile, or show the form again with what is wrong."""
    found = await _self(session, actor)
    form = await forms.read_form(request, ProfileIn, resources(request).keys.link, LABELS)
    version = form.value("version")
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await profile.edit(writing, actor, form.model)
            return redirect("/partners/me", SAVED)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
            version = found.version if isinstance(refusal, Stale) else version
    return await _page(request, session, actor, found, form=form, version=version)


@router.post("/me/email")
async def wish_address(request: Request, session: Reading, actor: Who) -> Response:
    """Have a link sent to another address; the answer is the same whether somebody has it or not."""
    found = await _self(session, actor)
    form = await forms.read_form(request, AddressForm, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await profile.wish(writing, actor, resources(request).keys.link, form.model.email)
            return redirect("/partners/me", SENT)
        except (Invalid, Conflict, TooOften) as refusal:
            form.refused(refusal)
    return await _page(request, session, actor, found, address=form)


@router.get("/confirm-email/{token}")
async def show_confirm(request: Request, token: str) -> Response:
    """The page a link leads to. Mail scanners open links, so only its button confirms."""
    page = resources(request).renderer.page(request, "partners/confirm_email.html", {"token": token})
    page.headers["Cache-Control"] = "no-store"
    return page


@router.post("/confirm-email/{token}")
async def confirm(request: Request, token: str) -> Response:
    """Make the address one's own; everybody signed in as that person signs in anew."""
    await forms.read_form(request, Input, resources(request).keys.link)
    try:
        async with unit(request) as session:
            await profile.confirm(session, token)
    except AddressGone as refusal:
        context = {"text": refusal.message}
        return resources(request).renderer.page(request, "partners/address_gone.html", context, refusal.status)
    return redirect("/partners/sign-in", CONFIRMED)


async def _self(session: AsyncSession, actor: Actor | None) -> Person:
    return await queries.person(session, require(actor, "profile.edit").person_id)


async def _page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    found: Person,
    *,
    form: forms.Form[ProfileIn] | None = None,
    address: forms.Form[AddressForm] | None = None,
    version: object = None,
) -> Response:
    renderer = resources(request).renderer
    grants = (await queries.grants_ever(session, [found.id]))[found.id]
    acted_for = {grant.organisation_id for grant in grants if grant.organisation_id}
    regions = await queries.regions_of(session, list(acted_for))
    context = {
        "person": found,
        "form": renderer.form(request, form or forms.Form[ProfileIn](found.model_dump())),
        "address": renderer.form(request, address or forms.Form[AddressForm]({})),
        "version": version or found.version,
        "grants": grants,
        "organisations": await queries.organisation_names(session, acted_for),
        "managed": {
            one for one in acted_for if can(actor, "colleague.manage", about(*regions[one], organisation_id=one))
        },
        "region_names": await queries.region_names(session, request.state.language),
        "languages": LANGUAGES,
        "focus_areas": FOCUS_AREAS,
    }
    return renderer.page(request, "partners/profile.html", context, 422 if form or address else 200)
