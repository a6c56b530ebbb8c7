"""Staff's pages about people."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners import queries
from services.partners.models import Organisation, Person
from services.partners.schemas import PersonIn
from services.partners.usecases import people
from shared.auth.policy import require
from shared.contracts.vocabulary import FOCUS_AREAS, LANGUAGES, ROLES
from shared.errors import Refusal
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import storable
from shared.web.paging import PER_PAGE, Paging

router = APIRouter(prefix="/partners/people", include_in_schema=False)

LABELS = {
    "name": _("Navn"),
    "email": _("E-postadresse"),
    "title": _("Stilling"),
    "language": _("Språk i e-post"),
    "role": _("Rolle"),
    "organisation_id": _("Virksomhet"),
    "region": _("Region"),
    "focus_areas": _("Temaer"),
}
REGISTERED = _("Personen er registrert.")
SAVED = _("Endringene er lagret.")


class PersonForm(PersonIn):
    """A person as the form sends them: a box that is not ticked is not sent at all."""

    active: bool = False


@router.get("")
async def list_people(
    request: Request,
    session: Reading,
    actor: Who,
    q: Annotated[str, Query(max_length=200)] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """Everybody in the registry; staff only."""
    require(actor, "person.view")
    total, found = await queries.people(session, q.strip() if storable(q) else "", page, PER_PAGE)
    grants = await queries.grants_of(session, [person.id for person in found])
    ids = {grant.organisation_id for held in grants.values() for grant in held if grant.organisation_id}
    named = (await session.exec(select(Organisation).where(col(Organisation.id).in_(ids)))).all()
    context = {
        "people": found,
        "grants": grants,
        "organisations": {organisation.id: organisation.name for organisation in named},
        "region_names": await _region_names(session, request),
        "q": q,
        "paging": Paging(page, PER_PAGE, total),
    }
    return resources(request).renderer.page(request, "partners/people.html", context)


@router.get("/new")
async def show_new(request: Request, session: Reading, actor: Who, organisation: UUID | None = None) -> Response:
    """The form that registers a person."""
    require(actor, "person.view")
    values = {"organisation_id": str(organisation) if organisation else "", "active": "1", "language": "nb"}
    return await _form_page(request, session, forms.Form[PersonForm](values), None)


@router.post("/new")
async def register(request: Request, session: Reading, actor: Who) -> Response:
    """Register a person, or show the form again with what is wrong."""
    require(actor, "person.view")
    form = await forms.read_form(request, PersonForm, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await people.register(writing, actor, form.model)
            return redirect("/partners/people", REGISTERED)
        except Refusal as refusal:
            form.refused(refusal)
    return await _form_page(request, session, form, None, 422)


@router.get("/{person_id}/edit")
async def show_edit(request: Request, session: Reading, actor: Who, person_id: UUID) -> Response:
    """The form that changes a person."""
    require(actor, "person.view")
    found = await queries.person(session, person_id)
    grants = (await queries.grants_of(session, [found.id]))[found.id]
    first = grants[0] if grants else None
    values = {
        **found.model_dump(),
        "active": "1" if found.active else "",
        "role": first.role if first else "partner_member",
        "organisation_id": str(first.organisation_id or "") if first else "",
        "region": (first.region if first and first.region else found.region) or "",
    }
    return await _form_page(request, session, forms.Form[PersonForm](values), found)


@router.post("/{person_id}/edit")
async def edit(request: Request, session: Reading, actor: Who, person_id: UUID) -> Response:
    """Change a person, or show the form again with what is wrong."""
    require(actor, "person.view")
    found = await queries.person(session, person_id)
    form = await forms.read_form(request, PersonForm, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await people.edit(writing, actor, person_id, form.model)
            return redirect("/partners/people", SAVED)
        except Refusal as refusal:
            form.refused(refusal)
    return await _form_page(request, session, form, found, 422)


async def _form_page(
    request: Request, session: AsyncSession, form: forms.Form[Any], found: Person | None, status: int = 200
) -> Response:
    renderer = resources(request).renderer
    shown = form.translated(lambda text, values=None: renderer.translate(request.state.language, text, values))
    named = await session.exec(select(Organisation).where(Organisation.active).order_by(col(Organisation.name)))
    context = {
        "form": shown,
        "person": found,
        "regions": list((await _region_names(session, request)).items()),
        "organisations": [(str(organisation.id), organisation.name) for organisation in named.all()],
        "languages": LANGUAGES,
        "roles": ROLES,
        "focus_areas": FOCUS_AREAS,
    }
    return renderer.page(request, "partners/person_form.html", context, status)


async def _region_names(session: AsyncSession, request: Request) -> dict[str, str]:
    return {item.slug: item.name(request.state.language) for item in await queries.all_regions(session)}
