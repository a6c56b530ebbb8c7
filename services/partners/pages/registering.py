"""Registering an organisation: looked up in the register of organisations first, then a form with what that tells."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.partners import queries
from services.partners.models import Organisation
from services.partners.orgnumber import normalised
from services.partners.pages.organisation_form import LABELS as FORM_LABELS
from services.partners.pages.organisation_form import OrganisationForm, form_page
from services.partners.register.client import Register
from services.partners.register.errors import RegisterAway
from services.partners.register.sectors import SectorProposal, sector_of
from services.partners.register.unit import Removed, Unit
from services.partners.resources import register_of
from services.partners.usecases import organisations
from services.partners.usecases.prefill import proposed
from services.partners.visibility import hidden
from shared.auth.actor import Actor
from shared.auth.policy import require
from shared.errors import Conflict, Invalid
from shared.web import forms
from shared.web.doors import Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import storable

router = APIRouter(prefix="/partners", include_in_schema=False)

REGISTERED = _("Virksomheten er registrert.")
UNCONFIRMED = _(
    "Virksomheten er registrert, men ikke bekreftet mot Enhetsregisteret ennå. Det blir prøvd igjen i natt."
)
UNKNOWN = _("Enhetsregisteret kjenner ikke dette organisasjonsnummeret. Se etter om det er skrevet riktig.")
GONE = _("Denne virksomheten er slettet i Enhetsregisteret.")
NONE_FOUND = _("Enhetsregisteret har ingen virksomhet med dette navnet.")
Text = Annotated[str, Query(max_length=200)]


@dataclass
class Answer:
    """What was found of what somebody typed: one `unit`, several `units`, or a `notice` why there is none."""

    unit: Unit | None = None
    units: tuple[Unit, ...] = ()
    notice: str = ""


@router.get("/new")
async def show_new(request: Request, actor: Who, q: Text = "", org_number: Text = "", by: Text = "") -> Response:
    """The first step: a number or a name. Then the form, filled in by the register of organisations, or by hand."""
    signed_in = require(actor, "registry.import")
    number = _number(org_number) or _number(q)
    if by == "hand":
        return await _empty(request, signed_in, number)
    if number and (known := await _known(request, signed_in, [number])):
        return await _start(request, signed_in, q or org_number, Answer(), known)
    if number:
        answer = await _looked_up(register_of(request), number)
    elif q.strip() and storable(q):
        answer = await _searched(register_of(request), q.strip())
    else:
        return await _start(request, signed_in, "", Answer(), [])
    if answer.unit is not None:
        return await _filled(request, signed_in, answer.unit)
    known = await _known(request, signed_in, [one.org_number for one in answer.units])
    return await _start(request, signed_in, q or org_number, answer, known)


@router.post("/new")
async def register(request: Request, actor: Who) -> Response:
    """Register an organisation, or show the form again with what is wrong."""
    require(actor, "registry.import")
    form = await forms.read_form(request, OrganisationForm, resources(request).keys.link, FORM_LABELS)
    if form.model is not None:
        told = await told_of(register_of(request), form.model.org_number)
        try:
            async with unit(request) as writing:
                made = await organisations.register(writing, actor, form.model, told)
            text = UNCONFIRMED if made.org_number and made.verified_on is None else REGISTERED
            return redirect(f"/partners/{made.id}", text)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
    async with resources(request).database.reading() as session:
        return await form_page(request, session, actor, form, None, status=422)


async def told_of(register: Register, org_number: str | None) -> Unit | None:
    """Return the unit with a number; None where there is none, or nobody answers."""
    if org_number is None:
        return None
    try:
        found = await register.unit(org_number)
    except RegisterAway:
        return None
    return found if isinstance(found, Unit) else None


async def _looked_up(register: Register, number: str) -> Answer:
    try:
        found = await register.unit(number)
    except RegisterAway as away:
        return Answer(notice=away.message)
    if found is None:
        return Answer(notice=UNKNOWN)
    if isinstance(found, Removed) or found.deleted:
        return Answer(notice=GONE)
    return Answer(unit=found)


async def _searched(register: Register, name: str) -> Answer:
    try:
        found = await register.search(name)
    except RegisterAway as away:
        return Answer(notice=away.message)
    return Answer(units=tuple(found), notice="" if found else NONE_FOUND)


async def _known(request: Request, actor: Actor, numbers: list[str]) -> list[Organisation]:
    async with resources(request).database.reading() as session:
        asked = [await queries.organisation_by_number(session, number) for number in numbers]
        known = [found for found in asked if found is not None]
        regions = await queries.regions_of(session, [one.id for one in known])
    return [one for one in known if not hidden(actor, one, regions[one.id])]


async def _start(request: Request, actor: Actor, q: str, answer: Answer, known: list[Organisation]) -> Response:
    renderer = resources(request).renderer
    async with resources(request).database.reading() as session:
        regions = await queries.regions_of(session, [one.id for one in known])
        names = await queries.region_names(session, request.state.language)
    taken = {one.org_number for one in known}
    context = {
        "q": q,
        "number": _number(q),
        "notice": renderer.translate(request.state.language, answer.notice),
        "units": [one for one in answer.units if one.org_number not in taken],
        "known": known,
        "regions_of": regions,
        "region_names": names,
        "own": {one.id: bool(actor.regions - set(regions[one.id])) or actor.is_national for one in known},
    }
    return renderer.page(request, "partners/organisation_start.html", context)


async def _empty(request: Request, actor: Actor, number: str) -> Response:
    return await _form(request, actor, {"org_number": number}, None)


async def _filled(request: Request, actor: Actor, found: Unit) -> Response:
    return await _form(request, actor, proposed(found), sector_of(found))


async def _form(request: Request, actor: Actor, values: dict[str, Any], sector: SectorProposal | None) -> Response:
    only = [region for region in actor.regions if len(actor.regions) == 1]
    form = forms.Form[OrganisationForm]({**values, "regions": only, "status": "active"})
    async with resources(request).database.reading() as session:
        return await form_page(request, session, actor, form, None, sector=sector)


def _number(text: str) -> str:
    try:
        return normalised(text)
    except ValueError:
        return ""
