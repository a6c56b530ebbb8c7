"""Regions: who runs each, since when, and what came after those that ended; and the forms staff edit them with."""

from typing import Any

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import RedirectResponse, Response

from services.partners import queries
from services.partners.errors import Stale
from services.partners.models import Region
from services.partners.pages.directory import own_regions
from services.partners.queries.regions import count_then, leaders, partner_counts
from services.partners.schemas.regions import PARALLEL, NewRegionForm, RegionEdit, RegionForm, RegionIn
from services.partners.usecases import regions
from shared.auth.actor import Actor
from shared.auth.policy import about, can, require
from shared.contracts.vocabulary import LANGUAGES
from shared.errors import Conflict, Invalid
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _

router = APIRouter(prefix="/partners/regions", include_in_schema=False)

LABELS = {
    "slug": _("Kortnavn"),
    "name_nb": _("Navn på bokmål"),
    "name_nn": _("Navn på nynorsk"),
    "name_en": _("Navn på engelsk"),
    "name_se": _("Navn på nordsamisk"),
    "name_smj": _("Navn på lulesamisk"),
    "name_sma": _("Navn på sørsamisk"),
    "name_fkv": _("Navn på kvensk"),
    "host": _("Vertskap"),
    "language": _("Språk"),
    "counties": _("Fylker"),
    "tile_row": _("Rad på rutekartet"),
    "tile_column": _("Kolonne på rutekartet"),
    "valid_from": _("Gjelder fra"),
    "valid_to": _("Gjelder til"),
}
SAVED = _("Regionen er lagret.")
CREATED = _("Regionen er opprettet.")
NATIONAL = about(national=True)


@router.get("")
async def list_regions(request: Request, session: Reading, actor: Who) -> Response:
    """The regions of today, and those that ended."""
    known = await queries.every_region(session)
    today = [region for region in known if region.holds()]
    context = {
        "regions": today,
        "ended": [region for region in known if not region.holds() and region.valid_to],
        "counts": await partner_counts(session),
        "leaders": await leaders(session, [region.slug for region in today]),
        "names": {region.slug: region.name(request.state.language) for region in known},
        "may_create": can(actor, "region.edit", NATIONAL),
        "may_rearrange": can(actor, "region.rearrange", NATIONAL),
        "may_export": can(actor, "registry.export", own_regions(actor)),
    }
    return resources(request).renderer.page(request, "partners/regions.html", context)


@router.get("/new")
async def show_new(request: Request, session: Reading, actor: Who) -> Response:
    """The form that enters a region."""
    require(actor, "region.edit", NATIONAL)
    form = forms.Form[NewRegionForm]({"language": "nb"}, LABELS)
    return await form_page(request, session, actor, form, None)


@router.post("/new")
async def create(request: Request, session: Reading, actor: Who) -> Response:
    """Enter a region, or show the form again with what is wrong."""
    require(actor, "region.edit", NATIONAL)
    form = await forms.read_form(request, NewRegionForm, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                made = await regions.create(writing, actor, RegionIn.model_validate(form.model.given()))
            return redirect(f"/partners/regions/{made.slug}", CREATED)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
    return await form_page(request, session, actor, form, None, status=422)


@router.get("/{slug}")
async def show(request: Request, session: Reading, actor: Who, slug: str) -> Response:
    """A region. One that ended leads to what came after it, or, where that is several, tells of them."""
    found = await queries.region(session, slug)
    heirs = await queries.heirs(session, [slug])
    if heirs != [slug] and len(heirs) == 1:
        return RedirectResponse(f"/partners/regions/{heirs[0]}", 301)
    known = await queries.every_region(session)
    before = [region for region in known if slug in region.successors]
    context = {
        "region": found,
        "heirs": heirs if heirs != [slug] else [],
        "before": [(region, await count_then(session, region.slug)) for region in before],
        "then": await count_then(session, slug),
        "counts": (await partner_counts(session)).get(slug, (0, 0)),
        "leaders": (await leaders(session, [slug]))[slug],
        "names": {region.slug: region.name(request.state.language) for region in known},
        "counties": await county_names(session, request),
        "may_edit": can(actor, "region.edit", about(slug)),
        "may_rearrange": found.holds() and can(actor, "region.rearrange", NATIONAL),
        "may_export": can(actor, "registry.export", own_regions(actor)),
        "may_export_members": can(actor, "organisation.view", about(*(heirs or [slug]), slug)),
    }
    return resources(request).renderer.page(request, "partners/region.html", context)


@router.get("/{slug}/edit")
async def show_edit(request: Request, session: Reading, actor: Who, slug: str) -> Response:
    """The form that changes a region."""
    found = await queries.region(session, slug)
    require(actor, "region.edit", about(slug))
    return await form_page(request, session, actor, forms.Form[RegionForm](values_of(found), LABELS), found)


@router.post("/{slug}/edit")
async def edit(request: Request, session: Reading, actor: Who, slug: str) -> Response:
    """Change a region, or show the form again with what is wrong."""
    require(actor, "region.edit", about(slug))
    found = await queries.region(session, slug)
    form = await forms.read_form(request, RegionForm, resources(request).keys.link, LABELS)
    version = form.value("version")
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await regions.edit(writing, actor, slug, RegionEdit.model_validate(form.model.given()))
            return redirect(f"/partners/regions/{slug}", SAVED)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
            version = None if isinstance(refusal, Stale) else version
    return await form_page(request, session, actor, form, found, version, status=422)


def values_of(region: Region) -> dict[str, Any]:
    """Return a region as the form shows it."""
    parallel = {f"name_{one['language']}": one["name"] for one in region.parallel_names}
    return {**region.model_dump(), **parallel, "counties": region.covers}


async def county_names(session: AsyncSession, request: Request) -> dict[str, str]:
    """Return the name of every county by its number: that of the region that is for it alone."""
    known = [region for region in await queries.every_region(session) if len(region.covers) == 1]
    return {region.covers[0]: region.name(request.state.language) for region in sorted(known, key=Region.holds)}


async def form_page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    form: forms.Form[Any],
    found: Region | None,
    version: object = None,
    status: int = 200,
) -> Response:
    """Return the page with a region's form."""
    renderer = resources(request).renderer
    names = await county_names(session, request)
    context = {
        "form": renderer.form(request, form),
        "region": found,
        "version": version or (found.version if found else None),
        "labels_of": LABELS,
        "parallel": PARALLEL,
        "counties": [(number, f"{number} {names[number]}") for number in sorted(names)],
        "languages": LANGUAGES,
        "national": can(actor, "region.edit", NATIONAL),
        "action": f"/partners/regions/{found.slug}/edit" if found else "/partners/regions/new",
        "back": f"/partners/regions/{found.slug}" if found else "/partners/regions",
        "heading": None,
    }
    return renderer.page(request, "partners/region_form.html", context, status)
