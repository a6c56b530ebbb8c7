"""Partners' own page about their people: who acts for the organisation, and as what."""

from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners import queries
from services.partners.models import Organisation, Person, PersonGrant
from services.partners.pages.people import LABELS
from services.partners.pages.person_roles import role_page
from services.partners.pages.tabs import organisation_tabs
from services.partners.schemas.people import ColleagueIn, FunctionsIn, RoleEnd
from services.partners.usecases import colleagues, roles
from shared.auth.actor import Actor
from shared.auth.policy import about, can, require
from shared.contracts.vocabulary import PARTNER_FUNCTIONS
from shared.errors import Conflict, Invalid, NotFound
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _

router = APIRouter(prefix="/partners/{organisation_id}/people", include_in_schema=False)

ADDED = _("Personen er lagt til.")
ENDED = _("Rollen er avsluttet.")
SAVED = _("Endringene er lagret.")


@router.get("")
async def show(request: Request, session: Reading, actor: Who, organisation_id: UUID) -> Response:
    """Who acts for an organisation; its own admins and its regions' staff change it, auditors only look."""
    found = await queries.organisation(session, organisation_id)
    target = about(*(await _regions(session, organisation_id)), organisation_id=organisation_id)
    if not can(actor, "colleague.manage", target):
        require(actor, "person.view", target)
    return await _page(request, session, actor, found, forms.Form[ColleagueIn]({"role": "partner_member"}))


@router.post("")
async def add(request: Request, session: Reading, actor: Who, organisation_id: UUID) -> Response:
    """Add a colleague by name and address, or show the form again with what is wrong."""
    found = await _own(session, actor, organisation_id)
    form = await forms.read_form(request, ColleagueIn, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await colleagues.add(writing, actor, organisation_id, form.model)
            return redirect(f"/partners/{organisation_id}/people", ADDED)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
    return await _page(request, session, actor, found, form, 422)


@router.get("/{role_id}")
async def show_role(request: Request, session: Reading, actor: Who, organisation_id: UUID, role_id: UUID) -> Response:
    """One colleague's role: what they do in it, and its end."""
    found, person, grant = await _colleague(session, actor, organisation_id, role_id)
    return await role_page(request, session, person, grant, _back(found))


@router.post("/{role_id}/functions")
async def perform(request: Request, session: Reading, actor: Who, organisation_id: UUID, role_id: UUID) -> Response:
    """Say what a colleague does."""
    found, person, grant = await _colleague(session, actor, organisation_id, role_id)
    form = await forms.read_form(request, FunctionsIn, resources(request).keys.link, LABELS)
    if form.model is None:
        return await role_page(request, session, person, grant, _back(found), performing=form)
    async with unit(request) as writing:
        await roles.perform(writing, actor, person.id, role_id, form.model)
    return redirect(f"/partners/{organisation_id}/people", SAVED)


@router.post("/{role_id}/end")
async def end(request: Request, session: Reading, actor: Who, organisation_id: UUID, role_id: UUID) -> Response:
    """End a colleague's role, or say why not."""
    found, person, grant = await _colleague(session, actor, organisation_id, role_id)
    form = await forms.read_form(request, RoleEnd, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await roles.end(writing, actor, person.id, role_id, form.model)
            return redirect(f"/partners/{organisation_id}/people", ENDED)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
    return await role_page(request, session, person, grant, _back(found), ending=form)


async def _own(session: AsyncSession, actor: Actor | None, organisation_id: UUID) -> Organisation:
    found = await queries.organisation(session, organisation_id)
    regions = await _regions(session, organisation_id)
    require(actor, "colleague.manage", about(*regions, organisation_id=organisation_id))
    return found


async def _regions(session: AsyncSession, organisation_id: UUID) -> list[str]:
    return (await queries.regions_of(session, [organisation_id]))[organisation_id]


async def _colleague(
    session: AsyncSession, actor: Actor | None, organisation_id: UUID, role_id: UUID
) -> tuple[Organisation, Person, PersonGrant]:
    found = await _own(session, actor, organisation_id)
    grant = await session.get(PersonGrant, role_id)
    if grant is None or grant.organisation_id != organisation_id or grant.role not in roles.OF_ORGANISATION:
        raise NotFound
    return found, await queries.person(session, grant.person_id), grant


def _back(found: Organisation) -> tuple[str, str]:
    return found.name, f"/partners/{found.id}/people"


async def _page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    found: Organisation,
    form: forms.Form[ColleagueIn],
    status: int = 200,
) -> Response:
    renderer = resources(request).renderer
    regions = await _regions(session, found.id)
    context = {
        **organisation_tabs(actor, found, regions),
        "current": "people",
        "may_manage": can(actor, "colleague.manage", about(*regions, organisation_id=found.id)),
        "visible": await _visible(session, actor, found),
        "form": renderer.form(request, form),
        "organisation": found,
        "held": await queries.acting_for(session, found.id),
        "roles": list(roles.OF_ORGANISATION),
        "functions": PARTNER_FUNCTIONS,
    }
    return renderer.page(request, "partners/people_of_organisation.html", context, status)


async def _visible(session: AsyncSession, actor: Actor | None, found: Organisation) -> set[UUID]:
    """Return those whose own page `actor` may open."""
    shown = [person.id for person, _ in await queries.acting_for(session, found.id)]
    query = select(Person.id).where(col(Person.id).in_(shown), queries.people_in_reach(actor))
    return set((await session.exec(query)).all())
