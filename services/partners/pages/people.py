"""Staff's pages about people."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import RedirectResponse, Response

from services.partners import queries
from services.partners.errors import Stale
from services.partners.models import Person
from services.partners.schemas import PersonIn
from services.partners.usecases import people
from shared.auth.actor import Actor
from shared.auth.policy import about, can, regions_open, require
from shared.contracts.vocabulary import FOCUS_AREAS, LANGUAGES, ROLES, Language, Role
from shared.errors import Conflict, Forbidden, Invalid
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
    """A person as the form sends them: role and language are chosen, and a box that is not ticked is not sent at all."""

    role: Role
    language: Language
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
    require(actor, "person.list")
    total, found = await queries.people(session, q.strip() if storable(q) else "", page, PER_PAGE)
    paging = Paging(page, PER_PAGE, total)
    if page > paging.pages:
        return RedirectResponse("?" + request.url.include_query_params(page=paging.pages).query, 303)
    grants = await queries.grants_of(session, [person.id for person in found])
    acted_for = {grant.organisation_id for held in grants.values() for grant in held if grant.organisation_id}
    context = {
        "people": found,
        "grants": grants,
        "editable": await editable(session, actor, found),
        "organisations": await queries.organisation_names(session, acted_for),
        "region_names": await queries.region_names(session, request.state.language),
        "q": q,
        "paging": paging,
    }
    return resources(request).renderer.page(request, "partners/people.html", context)


@router.get("/new")
async def show_new(request: Request, session: Reading, actor: Who, organisation: UUID | None = None) -> Response:
    """The form that registers a person."""
    require(actor, "work.view")
    values = {
        "organisation_id": str(organisation or ""),
        "role": "partner_member",
        "language": request.state.language,
        "active": "1",
    }
    return await _form_page(request, session, actor, forms.Form[PersonForm](values), None)


@router.post("/new")
async def register(request: Request, session: Reading, actor: Who) -> Response:
    """Register a person, or show the form again with what is wrong."""
    require(actor, "work.view")
    form = await forms.read_form(request, PersonForm, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await people.register(writing, actor, form.model)
            return redirect("/partners/people", REGISTERED)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
    return await _form_page(request, session, actor, form, None, status=422)


@router.get("/{person_id}/edit")
async def show_edit(request: Request, session: Reading, actor: Who, person_id: UUID) -> Response:
    """The form that changes a person."""
    found = await _to_edit(session, actor, person_id)
    held = (await queries.grants_of(session, [found.id]))[found.id]
    first = held[0] if held else None
    values = {
        **found.model_dump(),
        "active": "1" if found.active else "",
        "role": first.role if first else "partner_member",
        "organisation_id": str(first.organisation_id or "") if first else "",
        "region": (first.region if first and first.region else found.region) or "",
    }
    return await _form_page(request, session, actor, forms.Form[PersonForm](values), found)


@router.post("/{person_id}/edit")
async def edit(request: Request, session: Reading, actor: Who, person_id: UUID) -> Response:
    """Change a person, or show the form again with what is wrong."""
    found = await _to_edit(session, actor, person_id)
    form = await forms.read_form(request, PersonForm, resources(request).keys.link, LABELS)
    version = form.value("version")
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await people.edit(writing, actor, person_id, form.model)
            return redirect("/partners/people", SAVED)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
            version = found.version if isinstance(refusal, Stale) else version
    return await _form_page(request, session, actor, form, found, version, status=422)


async def editable(session: AsyncSession, actor: Actor | None, shown: Sequence[Person]) -> set[UUID]:
    """Return those of `shown` whom `actor` may edit."""
    grants = await queries.grants_of(session, [person.id for person in shown])
    regions = await queries.regions_of_people(session, shown, grants)
    return {person.id for person in shown if people.may_edit(actor, grants[person.id], regions[person.id])}


async def _to_edit(session: AsyncSession, actor: Actor | None, person_id: UUID) -> Person:
    require(actor, "work.view")
    found = await queries.person(session, person_id)
    if not await editable(session, actor, [found]):
        raise Forbidden
    return found


async def _form_page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    form: forms.Form[PersonForm],
    found: Person | None,
    version: object = None,
    status: int = 200,
) -> Response:
    renderer = resources(request).renderer
    names = await queries.region_names(session, request.state.language)
    open_ = regions_open(actor, "person.create", names)
    if found and found.region and found.region not in open_:
        open_.append(found.region)
    everywhere = can(actor, "person.create", about(national=True))
    context = {
        "form": renderer.form(request, form),
        "person": found,
        "version": version or (found.version if found else None),
        "regions": [(slug, names[slug]) for slug in open_],
        "organisations": await _choices(session, found, None if everywhere else open_),
        "languages": LANGUAGES,
        "roles": [role for role in ROLES if everywhere or role != "national"],
        "focus_areas": FOCUS_AREAS,
    }
    return renderer.page(request, "partners/person_form.html", context, status)


async def _choices(session: AsyncSession, found: Person | None, regions: list[str] | None) -> list[tuple[str, str]]:
    names = {one.id: one.name for one in await queries.organisations_by_name(session, regions)}
    if found is not None:
        held = (await queries.grants_of(session, [found.id]))[found.id]
        own = {grant.organisation_id for grant in held if grant.organisation_id} - names.keys()
        names |= await queries.organisation_names(session, own)
    return [(str(organisation_id), name) for organisation_id, name in names.items()]
