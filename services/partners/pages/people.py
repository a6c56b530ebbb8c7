"""Staff's pages about people: the list, and the forms that register and edit them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import RedirectResponse, Response

from services.partners import queries
from services.partners.errors import Stale
from services.partners.models import Person
from services.partners.schemas.people import PersonEdit, PersonIn
from services.partners.usecases import people
from services.partners.usecases.people import editable
from services.partners.usecases.roles import GIVABLE, OF_ORGANISATION, OF_REGION
from shared.auth.actor import Actor
from shared.auth.policy import about, can, regions_open, require
from shared.contracts.vocabulary import (
    FOCUS_AREAS,
    LANGUAGES,
    PARTNER_FUNCTIONS,
    ROLES,
    Language,
    Role,
)
from shared.errors import Conflict, Forbidden, Invalid
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import storable
from shared.web.paging import PER_PAGE, Paging

__all__ = ["editable", "router"]

router = APIRouter(prefix="/partners/people", include_in_schema=False)

LABELS = {
    "name": _("Navn"),
    "email": _("E-postadresse"),
    "title": _("Stilling"),
    "phone": _("Telefon"),
    "language": _("Språk i e-post"),
    "role": _("Rolle"),
    "organisation_id": _("Virksomhet"),
    "functions": _("Oppgaver i virksomheten"),
    "region": _("Region"),
    "focus_areas": _("Temaer"),
    "since": _("Fra og med"),
    "until": _("Til"),
}
REGISTERED = _("Personen er registrert.")
SAVED = _("Endringene er lagret.")


class PersonForm(PersonIn):
    """A person as the form sends them: the role is chosen, and a box that is not ticked is not sent at all."""

    role: Role
    active: bool = False


class EditForm(PersonEdit):
    """A person as the form that edits them sends them."""

    language: Language
    active: bool = False


@router.get("")
async def list_people(
    request: Request,
    session: Reading,
    actor: Who,
    q: Annotated[str, Query(max_length=200)] = "",
    region: Annotated[str, Query(max_length=60)] = "",
    organisation: Annotated[str, Query(max_length=60)] = "",
    role: Annotated[str, Query(max_length=20)] = "",
    function: Annotated[str, Query(max_length=20)] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """The people of one's own regions; national staff see all."""
    require(actor, "person.list")
    names = await queries.region_names(session, request.state.language)
    wanted = people_filter(q, region if region in names else "", organisation, role, function)
    total, found = await queries.people(session, actor, wanted, page, PER_PAGE)
    paging = Paging(page, PER_PAGE, total)
    if page > paging.pages:
        return RedirectResponse("?" + request.url.include_query_params(page=paging.pages).query, 303)
    grants = await queries.grants_of(session, [person.id for person in found])
    acted_for = {grant.organisation_id for held in grants.values() for grant in held if grant.organisation_id}
    if wanted.organisation_id:
        acted_for.add(wanted.organisation_id)
    context = {
        "people": found,
        "grants": grants,
        "organisations": await queries.organisation_names(session, acted_for),
        "region_names": names,
        "wanted": wanted,
        "roles": ROLES,
        "functions": PARTNER_FUNCTIONS,
        "paging": paging,
        "may_add": can(actor, "work.view"),
    }
    return resources(request).renderer.page(request, "partners/people.html", context)


@router.get("/new")
async def show_new(request: Request, session: Reading, actor: Who, organisation: UUID | None = None) -> Response:
    """The form that registers a person."""
    require(actor, "work.view")
    values = {"organisation_id": str(organisation or ""), "role": "partner_member", "active": "1"}
    return await _form_page(request, session, actor, forms.Form[PersonForm](values))


@router.post("/new")
async def register(request: Request, session: Reading, actor: Who) -> Response:
    """Register a person, or show the form again with what is wrong."""
    require(actor, "work.view")
    form = await forms.read_form(request, PersonForm, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                made = await people.register(writing, actor, form.model)
            return redirect(f"/partners/people/{made.id}", REGISTERED)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
    return await _form_page(request, session, actor, form, status=422)


@router.get("/{person_id}/edit")
async def show_edit(request: Request, session: Reading, actor: Who, person_id: UUID) -> Response:
    """The form that changes a person."""
    found = await _to_edit(session, actor, person_id)
    values = {**found.model_dump(), "active": "1" if found.active else ""}
    return await _edit_page(request, session, actor, forms.Form[EditForm](values), found)


@router.post("/{person_id}/edit")
async def edit(request: Request, session: Reading, actor: Who, person_id: UUID) -> Response:
    """Change a person, or show the form again with what is wrong."""
    found = await _to_edit(session, actor, person_id)
    form = await forms.read_form(request, EditForm, resources(request).keys.link, LABELS)
    version = form.value("version")
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await people.edit(writing, actor, person_id, form.model)
            return redirect(f"/partners/people/{person_id}", SAVED)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
            version = found.version if isinstance(refusal, Stale) else version
    return await _edit_page(request, session, actor, form, found, version, status=422)


async def organisation_choices(session: AsyncSession, actor: Actor | None) -> list[tuple[str, str]]:
    """Return the organisations whose people `actor` may register, with their names."""
    names = [region.slug for region in await queries.all_regions(session)]
    everywhere = can(actor, "person.create", about(national=True))
    open_ = None if everywhere else regions_open(actor, "person.create", names)
    return [(str(one.id), one.name) for one in await queries.organisations_by_name(session, open_)]


def roles_open(actor: Actor | None) -> list[Role]:
    """Return the roles `actor` may give somewhere."""
    if can(actor, "person.grant", about(national=True)):
        return list(GIVABLE)
    leads = bool(actor and actor.regions_as("region_lead"))
    own = [role for role in OF_REGION if role != "region_lead"] if leads else []
    return [*own, *OF_ORGANISATION]


def people_filter(q: str, region: str, organisation: str, role: str, function: str) -> queries.PeopleFilter:
    """Return what the list of people is narrowed to; what is no such thing narrows nothing."""
    return queries.PeopleFilter(
        q.strip() if storable(q) else "",
        region,
        _uuid(organisation),
        next((one for one in ROLES if one == role), None),
        next((one for one in PARTNER_FUNCTIONS if one == function), None),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _to_edit(session: AsyncSession, actor: Actor | None, person_id: UUID) -> Person:
    require(actor, "work.view")
    found = await queries.person_in_reach(session, actor, person_id)
    if not await editable(session, actor, [found]):
        raise Forbidden
    return found


async def _regions_open(
    session: AsyncSession, request: Request, actor: Actor | None, found: Person | None
) -> list[tuple[str, str]]:
    names = await queries.region_names(session, request.state.language)
    open_ = regions_open(actor, "person.create", names)
    if found and found.region and found.region not in open_:
        open_.append(found.region)
    return [(slug, names.get(slug, slug)) for slug in open_]


async def _form_page(
    request: Request, session: AsyncSession, actor: Actor | None, form: forms.Form[PersonForm], status: int = 200
) -> Response:
    renderer = resources(request).renderer
    context = {
        "form": renderer.form(request, form),
        "regions": await _regions_open(session, request, actor, None),
        "organisations": await organisation_choices(session, actor),
        "languages": LANGUAGES,
        "roles": roles_open(actor),
        "functions": PARTNER_FUNCTIONS,
        "focus_areas": FOCUS_AREAS,
    }
    return renderer.page(request, "partners/person_form.html", {**context, "person": None}, status)


async def _edit_page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    form: forms.Form[EditForm],
    found: Person,
    version: object = None,
    status: int = 200,
) -> Response:
    renderer = resources(request).renderer
    context = {
        "form": renderer.form(request, form),
        "person": found,
        "version": version or found.version,
        "regions": await _regions_open(session, request, actor, found),
        "languages": LANGUAGES,
        "focus_areas": FOCUS_AREAS,
    }
    return renderer.page(request, "partners/person_form.html", context, status)
