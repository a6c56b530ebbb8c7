"""The registry's pages: the directory, an organisation, and staff's forms."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import RedirectResponse, Response

from services.partners import queries
from services.partners.errors import Stale
from services.partners.models import Organisation
from services.partners.pages import people as people_pages
from services.partners.schemas import OrganisationIn
from services.partners.usecases import organisations
from shared.auth.actor import Actor
from shared.auth.policy import about, can, regions_open, require
from shared.contracts.vocabulary import SECTORS, Sector
from shared.errors import Conflict, Invalid
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
    "active": _("Aktiv"),
}
REGISTERED = _("Virksomheten er registrert.")
SAVED = _("Endringene er lagret.")


class OrganisationForm(OrganisationIn):
    """An organisation as the form sends it: its sector is chosen, and a box that is not ticked is not sent at all."""

    sector: Sector
    active: bool = False


Text = Annotated[str, Query(max_length=200)]
Chosen = Annotated[Sequence[str], Query(max_length=50)]


@router.get("")
async def directory(
    request: Request,
    session: Reading,
    actor: Who,
    q: Text = "",
    region: Chosen = (),
    sector: Chosen = (),
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """The public directory of partners."""
    regions = await queries.all_regions(session)
    wanted = queries.Filter(
        q.strip() if storable(q) else "",
        tuple(item.slug for item in regions if item.slug in region),
        tuple(one for one in SECTORS if one in sector),
    )
    total, found = await queries.directory(session, wanted, page, PER_PAGE)
    paging = Paging(page, PER_PAGE, total)
    if page > paging.pages:
        return RedirectResponse("?" + request.url.include_query_params(page=paging.pages).query, 303)
    context = {
        "organisations": found,
        "regions_of": await queries.regions_of(session, [organisation.id for organisation in found]),
        "region_names": {item.slug: item.name(request.state.language) for item in regions},
        "counties": regions,
        "by_region": await queries.counts_by_region(session, wanted),
        "by_sector": await queries.counts_by_sector(session, wanted),
        "wanted": wanted,
        "sectors": SECTORS,
        "paging": paging,
        "may_create": can(actor, "organisation.create", about(*(actor.regions if actor else ()))),
    }
    return resources(request).renderer.page(request, "partners/directory.html", context)


@router.get("/new")
async def show_new(request: Request, session: Reading, actor: Who) -> Response:
    """The form that registers an organisation."""
    signed_in = require(actor, "work.view")
    only = [region for region in signed_in.regions if len(signed_in.regions) == 1]
    form = forms.Form[OrganisationForm]({"regions": only, "active": "1"})
    return await _form_page(request, session, actor, form, None)


@router.post("/new")
async def register(request: Request, session: Reading, actor: Who) -> Response:
    """Register an organisation, or show the form again with what is wrong."""
    require(actor, "work.view")
    form = await forms.read_form(request, OrganisationForm, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                made = await organisations.register(writing, actor, form.model)
            return redirect(f"/partners/{made.id}", REGISTERED)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
    return await _form_page(request, session, actor, form, None, status=422)


@router.get("/{organisation_id}")
async def show(request: Request, session: Reading, actor: Who, organisation_id: UUID) -> Response:
    """An organisation with its published cases; staff also see its people."""
    found = await queries.organisation(session, organisation_id)
    slugs = (await queries.regions_of(session, [found.id]))[found.id]
    acting = await queries.people_of(session, found.id) if can(actor, "person.view", about(*slugs)) else None
    context = {
        "organisation": found,
        "regions": slugs,
        "region_names": await queries.region_names(session, request.state.language),
        "cases": await queries.cases_of(session, found.id),
        "people": acting,
        "editable": await people_pages.editable(session, actor, acting or []),
        "may_add": can(actor, "person.create", about(*slugs)),
        "may_edit": can(actor, "organisation.edit", about(*slugs, organisation_id=found.id)),
    }
    return resources(request).renderer.page(request, "partners/organisation.html", context)


@router.get("/{organisation_id}/edit")
async def show_edit(request: Request, session: Reading, actor: Who, organisation_id: UUID) -> Response:
    """The form that changes an organisation."""
    found = await queries.organisation(session, organisation_id)
    slugs = (await queries.regions_of(session, [found.id]))[found.id]
    require(actor, "organisation.edit", about(*slugs, organisation_id=found.id))
    values = {**found.model_dump(), "regions": slugs, "active": "1" if found.active else ""}
    return await _form_page(request, session, actor, forms.Form[OrganisationForm](values), found)


@router.post("/{organisation_id}/edit")
async def edit(request: Request, session: Reading, actor: Who, organisation_id: UUID) -> Response:
    """Change an organisation, or show the form again with what is wrong."""
    found = await queries.organisation(session, organisation_id)
    form = await forms.read_form(request, OrganisationForm, resources(request).keys.link, LABELS)
    version = form.value("version")
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await organisations.edit(writing, actor, organisation_id, form.model)
            return redirect(f"/partners/{found.id}", SAVED)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
            version = found.version if isinstance(refusal, Stale) else version
    else:
        slugs = (await queries.regions_of(session, [found.id]))[found.id]
        require(actor, "organisation.edit", about(*slugs, organisation_id=found.id))
    return await _form_page(request, session, actor, form, found, version, status=422)


async def _form_page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    form: forms.Form[OrganisationForm],
    found: Organisation | None,
    version: object = None,
    status: int = 200,
) -> Response:
    renderer = resources(request).renderer
    names = await queries.region_names(session, request.state.language)
    open_ = regions_open(actor, "organisation.create", names)
    slugs = (await queries.regions_of(session, [found.id]))[found.id] if found else []
    context = {
        "form": renderer.form(request, form),
        "organisation": found,
        "version": version or (found.version if found else None),
        "regions": [(slug, names[slug]) for slug in open_],
        "kept": [slug for slug in slugs if slug not in open_],
        "region_names": names,
        "may_end": found is not None and can(actor, "organisation.create", about(*slugs)),
        "sectors": SECTORS,
    }
    return renderer.page(request, "partners/organisation_form.html", context, status)
