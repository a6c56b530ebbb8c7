"""A person's page with all their roles, and the forms that give and end them."""

from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners import queries
from services.partners.models import Person, PersonGrant
from services.partners.pages.people import LABELS, organisation_choices, roles_open
from services.partners.schemas.people import FunctionsIn, RoleEnd, RoleIn
from services.partners.usecases import roles
from services.partners.usecases.erasing import may_erase
from services.partners.usecases.people import editable
from shared.auth.actor import Actor
from shared.auth.policy import about, can, regions_open, require
from shared.contracts.vocabulary import PARTNER_FUNCTIONS, Role
from shared.errors import Conflict, Forbidden, Invalid
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _

router = APIRouter(prefix="/partners/people", include_in_schema=False)

GIVEN = _("Rollen er gitt.")
ENDED = _("Rollen er avsluttet.")
SAVED = _("Endringene er lagret.")


class RoleForm(RoleIn):
    """A role as the form sends it: it is chosen."""

    role: Role


@router.get("/{person_id}")
async def show(request: Request, session: Reading, actor: Who, person_id: UUID) -> Response:
    """A person of one's own regions with every role they hold and held."""
    require(actor, "person.list")
    found = await queries.person_in_reach(session, actor, person_id)
    return await _page(request, session, actor, found, forms.Form[RoleForm]({}))


@router.post("/{person_id}/roles")
async def give(request: Request, session: Reading, actor: Who, person_id: UUID) -> Response:
    """Give a person one more role, or show the form again with what is wrong."""
    require(actor, "work.view")
    found = await queries.person_in_reach(session, actor, person_id)
    form = await forms.read_form(request, RoleForm, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await roles.give(writing, actor, person_id, form.model)
            return redirect(f"/partners/people/{person_id}", GIVEN)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
    return await _page(request, session, actor, found, form, 422)


@router.get("/{person_id}/roles/{role_id}")
async def show_role(request: Request, session: Reading, actor: Who, person_id: UUID, role_id: UUID) -> Response:
    """One role: what they do in it, and its end."""
    found, grant = await _mine(session, actor, person_id, role_id)
    return await role_page(request, session, found, grant, _back(found))


@router.post("/{person_id}/roles/{role_id}/functions")
async def perform(request: Request, session: Reading, actor: Who, person_id: UUID, role_id: UUID) -> Response:
    """Say what somebody does for the organisation."""
    found, grant = await _mine(session, actor, person_id, role_id)
    form = await forms.read_form(request, FunctionsIn, resources(request).keys.link, LABELS)
    if form.model is not None:
        async with unit(request) as writing:
            await roles.perform(writing, actor, person_id, role_id, form.model)
        return redirect(f"/partners/people/{person_id}", SAVED)
    return await role_page(request, session, found, grant, _back(found), performing=form)


@router.post("/{person_id}/roles/{role_id}/end")
async def end(request: Request, session: Reading, actor: Who, person_id: UUID, role_id: UUID) -> Response:
    """End a role, or say why not."""
    found, grant = await _mine(session, actor, person_id, role_id)
    form = await forms.read_form(request, RoleEnd, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await roles.end(writing, actor, person_id, role_id, form.model)
            return redirect(f"/partners/people/{person_id}", ENDED)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
    return await role_page(request, session, found, grant, _back(found), ending=form)


async def role_page(
    request: Request,
    session: AsyncSession,
    found: Person,
    grant: PersonGrant,
    back: tuple[str, str],
    performing: forms.Form[FunctionsIn] | None = None,
    ending: forms.Form[RoleEnd] | None = None,
) -> Response:
    """The page of one role; `back` is the label and address of where it was reached from. A form that is given was refused."""
    refused = performing is not None or ending is not None
    renderer = resources(request).renderer
    acted_for = [grant.organisation_id] if grant.organisation_id else []
    names = await queries.organisation_names(session, acted_for)
    regions = await queries.region_names(session, request.state.language)
    context = {
        "performing": renderer.form(request, performing or forms.Form[FunctionsIn]({"functions": grant.functions})),
        "ending": renderer.form(request, ending or forms.Form[RoleEnd]({})),
        "person": found,
        "grant": grant,
        "place": names.get(grant.organisation_id) if grant.organisation_id else regions.get(grant.region or ""),
        "functions": PARTNER_FUNCTIONS,
        "back": back,
        "path": request.url.path.removesuffix("/end").removesuffix("/functions"),
    }
    return renderer.page(request, "partners/person_role.html", context, 422 if refused else 200)


def _back(found: Person) -> tuple[str, str]:
    return found.name, f"/partners/people/{found.id}"


async def _mine(
    session: AsyncSession, actor: Actor | None, person_id: UUID, role_id: UUID
) -> tuple[Person, PersonGrant]:
    require(actor, "work.view")
    found = await queries.person_in_reach(session, actor, person_id)
    grant = await queries.grant(session, person_id, role_id)
    if not await roles.may_give_all(session, actor, [grant]):
        raise Forbidden
    return found, grant


async def _page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    found: Person,
    form: forms.Form[RoleForm],
    status: int = 200,
) -> Response:
    renderer = resources(request).renderer
    held = (await queries.grants_ever(session, [found.id]))[found.id]
    acted_for = {grant.organisation_id for grant in held if grant.organisation_id}
    names = await queries.region_names(session, request.state.language)
    answering = (await queries.regions_answering(session, [found]))[found.id]
    context = {
        "form": renderer.form(request, form),
        "person": found,
        "grants": held,
        "endable": {grant.id for grant in held if not grant.over and await roles.may_give_all(session, actor, [grant])},
        "organisation_names": await queries.organisation_names(session, acted_for),
        "region_names": names,
        "editable": bool(await editable(session, actor, [found])),
        "may_erase": await may_erase(session, actor, found),
        "may_merge": can(actor, "person.merge", about(*answering)),
        "roles": roles_open(actor) if can(actor, "work.view") else [],
        "regions": [(slug, names[slug]) for slug in regions_open(actor, "person.grant", names)],
        "organisations": await organisation_choices(session, actor) if can(actor, "work.view") else [],
        "functions": PARTNER_FUNCTIONS,
    }
    return renderer.page(request, "partners/person.html", context, status)
