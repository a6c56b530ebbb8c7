"""Organisations that may be the same: the list, what a merge would do, and the merge."""

from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners import queries
from services.partners.errors import SameOrganisation, Stale
from services.partners.models import Organisation
from services.partners.pages.organisation_form import STATUS_LABELS
from services.partners.queries.doubles import doubles
from services.partners.schemas.merging import DistinctIn, MergeIn
from services.partners.usecases import merging
from shared.auth.actor import Actor
from shared.auth.policy import about, can, require
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.formats import org_number
from shared.web.i18n import marker as _
from shared.web.labels import SECTOR_LABELS

router = APIRouter(prefix="/partners", include_in_schema=False)

MERGED = _("Virksomhetene er slått sammen.")
PARTED = _("Vi husker at dette er to virksomheter.")


@router.get("/duplicates")
async def list_doubles(request: Request, session: Reading, actor: Who) -> Response:
    """Those in one's regions that may be the same."""
    signed_in = require(actor, "work.view")
    found = await doubles(session, None if signed_in.is_national else signed_in.regions)
    context = {
        "doubles": found,
        "may_merge": {one.pair: can(actor, "organisation.merge", about(*one.all_regions)) for one in found},
        "region_names": await queries.region_names(session, request.state.language),
    }
    return resources(request).renderer.page(request, "partners/duplicates.html", context)


@router.post("/duplicates/distinct")
async def part(request: Request, actor: Who) -> Response:
    """Remember that two organisations are two."""
    require(actor, "work.view")
    form = await forms.read_form(request, DistinctIn, resources(request).keys.link)
    if form.model is None:
        return redirect("/partners/duplicates")
    async with unit(request) as session:
        await merging.part(session, actor, form.model.first, form.model.second)
    return redirect("/partners/duplicates", PARTED)


@router.get("/merge")
async def show_merge(
    request: Request, session: Reading, actor: Who, first: UUID, second: UUID, keep: UUID | None = None
) -> Response:
    """What a merge would do: both side by side, and how much is carried over."""
    return await _page(request, session, actor, (first, second), keep)


@router.post("/merge")
async def merge(request: Request, session: Reading, actor: Who) -> Response:
    """Merge two organisations."""
    require(actor, "work.view")
    form = await forms.read_form(request, MergeIn, resources(request).keys.link)
    if form.model is None:
        return redirect("/partners/duplicates")
    given = form.model
    versions = {given.survivor_id: given.survivor_version, given.loser_id: given.loser_version}
    try:
        async with unit(request) as writing:
            await merging.merge(writing, actor, given.survivor_id, given.loser_id, versions)
    except Stale as refusal:
        ids = (given.survivor_id, given.loser_id)
        return await _page(request, session, actor, ids, given.survivor_id, refusal.message)
    return redirect(f"/partners/{given.survivor_id}", MERGED)


async def _page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    ids: tuple[UUID, UUID],
    keep: UUID | None,
    refusal: str = "",
) -> Response:
    first, second = [await queries.organisation(session, one) for one in ids]
    if first.id == second.id or first.merged_into or second.merged_into:
        raise SameOrganisation
    regions = await queries.regions_of(session, [first.id, second.id])
    every = {*regions[first.id], *regions[second.id]}
    require(actor, "claim.decide", about(*every))
    survivor, loser = _chosen(first, second, keep)
    renderer, language = resources(request).renderer, request.state.language
    names = await queries.region_names(session, language)

    def told(one: Organisation) -> list[str]:
        return [
            one.name,
            org_number(one.org_number),
            renderer.translate(language, STATUS_LABELS[one.status]),
            renderer.translate(language, SECTOR_LABELS[one.sector]),
            ", ".join(names.get(slug, slug) for slug in regions[one.id]),
            one.municipality or "",
            one.website or "",
            one.external_id or "",
        ]

    filled = merging.filled(survivor, loser)
    context = {
        "survivor": survivor,
        "loser": loser,
        "columns": list(zip(told(survivor), told(loser), strict=True)),
        "carried": [
            (renderer.translate(language, label), number)
            for label, number in await merging.preview(session, loser.id)
            if number
        ],
        "fills": [name for name in ("municipality", "website", "description") if name in filled],
        "may_merge": can(actor, "organisation.merge", about(*every, national=not every)),
        "refusal": renderer.translate(language, refusal),
    }
    return renderer.page(request, "partners/duplicate_merge.html", context, 422 if refusal else 200)


def _chosen(first: Organisation, second: Organisation, keep: UUID | None) -> tuple[Organisation, Organisation]:
    """Return the survivor and the other: the one asked for, else the one with a number, confirmed, and the older."""
    if keep in (first.id, second.id):
        return (first, second) if keep == first.id else (second, first)

    def worth(one: Organisation) -> tuple[bool, bool, float]:
        return one.org_number is None, one.verified_on is None, one.created_at.timestamp()

    best, other = sorted((first, second), key=worth)
    return best, other
