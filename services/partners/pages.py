"""The registry's pages: the directory, an organisation, and staff's forms."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners import queries
from services.partners.models import Organisation, Region
from services.partners.schemas import OrganisationIn
from services.partners.usecases import organisations
from shared.auth.policy import about, can, require
from shared.contracts.vocabulary import SECTORS, Sector
from shared.errors import Refusal
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import storable
from shared.web.paging import PER_PAGE, Paging

router = APIRouter(prefix="/partners", include_in_schema=False)

LABELS = {
    "name": _("Navn"),
    "org_number": _("Organisasjonsnummer"),
    "sector": _("Sektor"),
    "regions": _("Regioner"),
    "municipality": _("Kommune"),
    "website": _("Nettsted"),
    "description": _("Om virksomheten"),
}
REGISTERED = _("Virksomheten er registrert.")
SAVED = _("Endringene er lagret.")
Text = Annotated[str, Query(max_length=200)]


@router.get("")
async def directory(
    request: Request,
    session: Reading,
    actor: Who,
    q: Text = "",
    region: Text = "",
    sector: Text = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """The public directory of partners."""
    wanted = queries.Filter(q.strip() if storable(q) else "", region or None, _sector(sector))
    total, found = await queries.directory(session, wanted, page, PER_PAGE)
    regions = await queries.all_regions(session)
    context = {
        "organisations": found,
        "regions_of": await queries.regions_of(session, [organisation.id for organisation in found]),
        "region_names": {item.slug: item.name(request.state.language) for item in regions},
        "counties": await _counties(session, request, regions, region),
        "wanted": wanted,
        "sectors": SECTORS,
        "paging": Paging(page, PER_PAGE, total),
        "may_create": can(actor, "organisation.create", about(*(actor.regions if actor else ()))),
    }
    return resources(request).renderer.page(request, "partners/directory.html", context)


@router.get("/new")
async def show_new(request: Request, session: Reading, actor: Who) -> Response:
    """The form that registers an organisation."""
    require(actor, "person.view")
    return await _form_page(request, session, forms.Form[OrganisationIn](), None)


@router.post("/new")
async def register(request: Request, session: Reading, actor: Who) -> Response:
    """Register an organisation, or show the form again with what is wrong."""
    require(actor, "person.view")
    form = await forms.read_form(request, OrganisationIn, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                made = await organisations.register(writing, actor, form.model)
            return redirect(f"/partners/{made.id}", REGISTERED)
        except Refusal as refusal:
            form.refused(refusal)
    return await _form_page(request, session, form, None, 422)


@router.get("/{organisation_id}")
async def show(request: Request, session: Reading, actor: Who, organisation_id: UUID) -> Response:
    """An organisation with its published cases; staff also see its people."""
    found = await queries.organisation(session, organisation_id)
    slugs = (await queries.regions_of(session, [found.id]))[found.id]
    context = {
        "organisation": found,
        "regions": slugs,
        "region_names": await _region_names(session, request),
        "cases": await queries.cases_of(session, found.id),
        "people": await queries.people_of(session, found.id) if can(actor, "person.view") else None,
        "may_edit": can(actor, "organisation.edit", about(*slugs, organisation_id=found.id)),
    }
    return resources(request).renderer.page(request, "partners/organisation.html", context)


@router.get("/{organisation_id}/edit")
async def show_edit(request: Request, session: Reading, actor: Who, organisation_id: UUID) -> Response:
    """The form that changes an organisation."""
    found = await queries.organisation(session, organisation_id)
    slugs = (await queries.regions_of(session, [found.id]))[found.id]
    require(actor, "organisation.edit", about(*slugs, organisation_id=found.id))
    form = forms.Form[OrganisationIn]({**found.model_dump(), "regions": slugs})
    return await _form_page(request, session, form, found)


@router.post("/{organisation_id}/edit")
async def edit(request: Request, session: Reading, actor: Who, organisation_id: UUID) -> Response:
    """Change an organisation, or show the form again with what is wrong."""
    found = await queries.organisation(session, organisation_id)
    form = await forms.read_form(request, OrganisationIn, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await organisations.edit(writing, actor, organisation_id, form.model)
            return redirect(f"/partners/{found.id}", SAVED)
        except Refusal as refusal:
            if refusal.status in (401, 403):
                raise
            form.refused(refusal)
    return await _form_page(request, session, form, found, 422)


async def _form_page(
    request: Request, session: AsyncSession, form: forms.Form[Any], found: Organisation | None, status: int = 200
) -> Response:
    renderer = resources(request).renderer
    shown = form.translated(lambda text, values=None: renderer.translate(request.state.language, text, values))
    names = await _region_names(session, request)
    context = {"form": shown, "organisation": found, "regions": list(names.items()), "sectors": SECTORS}
    return renderer.page(request, "partners/organisation_form.html", context, status)


async def _region_names(session: AsyncSession, request: Request) -> dict[str, str]:
    return {item.slug: item.name(request.state.language) for item in await queries.all_regions(session)}


async def _counties(
    session: AsyncSession, request: Request, regions: Sequence[Region], chosen: str
) -> list[dict[str, object]]:
    counts = await queries.counts_by_region(session)
    return [
        {
            "number": item.county_number,
            "name": item.name(request.state.language),
            "value": counts.get(item.slug, 0),
            "href": f"/partners?region={item.slug}",
            "current": item.slug == chosen,
        }
        for item in regions
    ]


def _sector(text: str) -> Sector | None:
    return next((sector for sector in SECTORS if sector == text), None)
