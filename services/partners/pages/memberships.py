"""An organisation's partnerships: past, running and to come, begun and ended by staff of their regions.

Staff of a region it is not in see those of their own region, and the form that begins one.
"""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners import queries
from services.partners.models import Membership, Organisation
from services.partners.pages.tabs import organisation_tabs
from services.partners.queries.regions import memberships as memberships_of
from services.partners.schemas.fields import Slug
from services.partners.schemas.regions import MembershipEnd, MembershipIn
from services.partners.usecases import memberships
from services.partners.visibility import hidden
from shared.auth.actor import Actor
from shared.auth.policy import about, can, regions_open, require
from shared.clock import today_in_norway
from shared.errors import Conflict, Invalid, NotFound
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input

router = APIRouter(prefix="/partners/{organisation_id}/memberships", include_in_schema=False)

LABELS = {
    "region": _("Region"),
    "kind": _("Hva slags"),
    "since": _("Fra og med"),
    "until": _("Til (første dagen det ikke gjelder)"),
}
KIND_LABELS = {"member": _("Partner"), "guest": _("Gjest")}
BEGUN = _("Medlemskapet er registrert.")
ENDED = _("Sluttdatoen er lagret.")


class BeginForm(Input):
    """A partnership as the form sends it."""

    region: Slug
    kind: Literal["member", "guest"]
    since: date
    until: date | None = None


@router.get("")
async def show(request: Request, session: Reading, actor: Who, organisation_id: UUID) -> Response:
    """All partnerships of an organisation; staff also see the form that begins one, and from elsewhere little else."""
    own = regions_open(actor, "organisation.create", await queries.region_names(session, request.state.language))
    values = {"kind": "member", "since": today_in_norway().isoformat(), "region": own[0] if len(own) == 1 else ""}
    return await _page(request, session, actor, organisation_id, forms.Form[BeginForm](values, LABELS))


@router.post("")
async def begin(request: Request, session: Reading, actor: Who, organisation_id: UUID) -> Response:
    """Begin a partnership, or show the form again with what is wrong."""
    await _seen(session, actor, organisation_id)
    form = await forms.read_form(request, BeginForm, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                given = MembershipIn.model_validate(form.model.model_dump())
                await memberships.begin(writing, actor, organisation_id, given)
            return redirect(f"/partners/{organisation_id}/memberships", BEGUN)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
    return await _page(request, session, actor, organisation_id, form, status=422)


@router.get("/{membership_id}/end")
async def show_end(
    request: Request, session: Reading, actor: Who, organisation_id: UUID, membership_id: UUID
) -> Response:
    """The form that ends a partnership."""
    form = forms.Form[MembershipEnd]({"until": today_in_norway().isoformat()}, LABELS)
    return await _end_page(request, session, actor, (organisation_id, membership_id), form)


@router.post("/{membership_id}/end")
async def end(request: Request, session: Reading, actor: Who, organisation_id: UUID, membership_id: UUID) -> Response:
    """End a partnership on a day, or show the form again with what is wrong."""
    await _seen(session, actor, organisation_id)
    form = await forms.read_form(request, MembershipEnd, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await memberships.end(writing, actor, organisation_id, membership_id, form.model.until)
            return redirect(f"/partners/{organisation_id}/memberships", ENDED)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
    return await _end_page(request, session, actor, (organisation_id, membership_id), form, status=422)


async def _page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    organisation_id: UUID,
    form: forms.Form[Any],
    status: int = 200,
) -> Response:
    found, slugs = await _seen(session, actor, organisation_id)
    renderer, language = resources(request).renderer, request.state.language
    names = await queries.region_names(session, language)
    inside = can(actor, "organisation.view", about(*slugs, organisation_id=found.id))
    held = await held_by(session, found.id)
    may_end = {one.id for one in held if can(actor, "organisation.create", about(one.region))}
    today = today_in_norway()
    context = {
        "organisation": found,
        "form": renderer.form(request, form),
        "inside": inside,
        "regions": slugs,
        "memberships": [(one, state_of(one.since, one.until, today)) for one in held if inside or one.id in may_end],
        "region_names": await queries.every_region_name(session, language),
        "kinds": KIND_LABELS,
        "open_to": [(slug, names[slug]) for slug in regions_open(actor, "organisation.create", names)],
        "may_end": may_end,
        "current": "memberships",
        **organisation_tabs(actor, found, slugs),
    }
    return renderer.page(request, "partners/region_memberships.html", context, status)


async def _end_page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    ids: tuple[UUID, UUID],
    form: forms.Form[Any],
    status: int = 200,
) -> Response:
    found, _slugs = await _seen(session, actor, ids[0])
    held = next((one for one in await memberships_of(session, found.id) if one.id == ids[1]), None)
    if held is None:
        raise NotFound
    require(actor, "organisation.create", about(held.region))
    renderer = resources(request).renderer
    context = {
        "organisation": found,
        "membership": held,
        "form": renderer.form(request, form),
        "region_names": await queries.every_region_name(session, request.state.language),
    }
    return renderer.page(request, "partners/region_membership_end.html", context, status)


async def _seen(session: AsyncSession, actor: Actor | None, organisation_id: UUID) -> tuple[Organisation, list[str]]:
    """Return an organisation and its regions, for those who may know of its partnerships or begin one of their own."""
    found = await queries.organisation(session, organisation_id)
    slugs = (await queries.regions_of(session, [found.id]))[found.id]
    of = about(*slugs, organisation_id=found.id)
    if can(actor, "organisation.view", of) or not can(actor, "registry.import"):
        require(actor, "organisation.view", of)
    elif hidden(actor, found, slugs) or found.merged_into is not None:
        raise NotFound
    return found, slugs


async def held_by(session: AsyncSession, organisation_id: UUID) -> list[Membership]:
    """Return the partnerships an organisation had, has or will have; one that ended as it began was none."""
    return [one for one in await memberships_of(session, organisation_id) if one.until != one.since]


def state_of(since: date, until: date | None, today: date) -> str:
    """Return `coming`, `running` or `over`."""
    if since > today:
        return "coming"
    return "over" if until is not None and until <= today else "running"
