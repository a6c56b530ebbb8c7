"""The public directory of partners."""

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import RedirectResponse, Response

from services.partners import queries
from services.partners.models import Region
from services.partners.pages.organisation_form import STATUS_LABELS
from services.partners.queries.facets import GROUPS, Faceted, Filter, Group, Sort
from services.partners.queries.topics import topics
from services.partners.register.nace import THEME_LABELS
from services.partners.visibility import level_for, shown
from shared.auth.actor import Actor
from shared.auth.policy import Target, about, can, require
from shared.contracts.vocabulary import SECTORS
from shared.sheets.table import Column, Table
from shared.web.doors import Reading, Who, resources
from shared.web.exports import Format, export
from shared.web.i18n import marker as _
from shared.web.inputs import storable
from shared.web.labels import SECTOR_LABELS
from shared.web.paging import PER_PAGE, Paging

router = APIRouter(prefix="/partners", include_in_schema=False)

Text = Annotated[str, Query(max_length=200)]
Chosen = Annotated[Sequence[str], Query(max_length=50)]
GROUP_LABELS: dict[Group, str] = {
    "region": _("Region"),
    "sector": _("Sektor"),
    "theme": _("Næring"),
    "offers": _("Tilbyr"),
    "needs": _("Trenger"),
}
SORTS: dict[Sort, str] = {"name": _("Navn"), "newest": _("Nyeste først")}
TITLE = _("Partnere")
COLUMNS = (
    Column("name", _("Navn")),
    Column("org_number", _("Organisasjonsnummer")),
    Column("status", _("Status")),
    Column("sector", _("Sektor")),
    Column("regions", _("Regioner"), "list"),
    Column("municipality", _("Kommune")),
    Column("legal_form", _("Organisasjonsform")),
    Column("nace_code", _("Næringskode")),
    Column("nace_text", _("Næring")),
    Column("employees", _("Ansatte"), "integer"),
    Column("website", _("Nettsted")),
    Column("offers", _("Tilbyr"), "list"),
    Column("needs", _("Trenger"), "list"),
    Column("verified_on", _("Bekreftet"), "date"),
    Column("external_id", _("Ekstern id")),
)


@router.get("")
async def directory(
    request: Request,
    session: Reading,
    actor: Who,
    q: Text = "",
    region: Chosen = (),
    sector: Chosen = (),
    theme: Chosen = (),
    offers: Chosen = (),
    needs: Chosen = (),
    sort: Text = "name",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """The public directory of partners."""
    regions = await queries.all_regions(session)
    heirs = await queries.heirs(session, region)
    if heirs != list(dict.fromkeys(region)):
        rest = [(name, value) for name, value in request.query_params.multi_items() if name not in ("region", "page")]
        return RedirectResponse(f"/partners?{urlencode([*rest, *(('region', slug) for slug in heirs)])}", 301)
    names = await _names(request, session, regions)
    chosen = {"region": region, "sector": sector, "theme": theme, "offers": offers, "needs": needs}
    wanted = _wanted(q, chosen, names, sort)
    found = await queries.faceted(session, wanted, "network" if actor else "public")
    paging = Paging(page, PER_PAGE, len(found.ids))
    if page > paging.pages:
        return RedirectResponse("?" + request.url.include_query_params(page=paging.pages).query, 303)
    ids = found.ids[(page - 1) * PER_PAGE : page * PER_PAGE]
    context = {
        "organisations": await queries.organisations_in_order(session, ids),
        "regions_of": await queries.regions_of(session, ids),
        "region_names": names["region"],
        "counties": regions,
        "by_region": found.counts["region"],
        "groups": _groups(request, wanted, found, names),
        "wanted": wanted,
        "chosen": _chosen(request, wanted, names),
        "sorts": [(code, resources(request).renderer.translate(request.state.language, SORTS[code])) for code in SORTS],
        "paging": paging,
        "may_create": can(actor, "organisation.create", about(*(actor.regions if actor else ()))),
        "may_export": can(actor, "registry.export", own_regions(actor)),
    }
    return resources(request).renderer.page(request, "partners/directory.html", context)


@router.get("/export")
async def download(
    request: Request,
    session: Reading,
    actor: Who,
    q: Text = "",
    region: Chosen = (),
    sector: Chosen = (),
    theme: Chosen = (),
    offers: Chosen = (),
    needs: Chosen = (),
    sort: Text = "name",
    format: Format = "xlsx",
) -> Response:
    """The directory as a file, as far as whoever asks may see each organisation."""
    require(actor, "registry.export", own_regions(actor))
    names = await _names(request, session, await queries.all_regions(session))
    chosen = {"region": region, "sector": sector, "theme": theme, "offers": offers, "needs": needs}
    found = await queries.faceted(session, _wanted(q, chosen, names, sort), "network")
    organisations = await queries.organisations_in_order(session, found.ids)
    slugs = await queries.regions_of(session, found.ids)
    renderer, language = resources(request).renderer, request.state.language

    def row(one: Any) -> dict[str, Any]:
        values = shown(one, level_for(actor, one, slugs[one.id]))
        return values | {
            "status": renderer.translate(language, STATUS_LABELS[one.status]),
            "sector": names["sector"][one.sector],
            "regions": [names["region"].get(slug, slug) for slug in slugs[one.id]],
            "offers": [names["offers"].get(code, code) for code in values["offers"]],
            "needs": [names["needs"].get(code, code) for code in values["needs"]],
        }

    columns = [Column(one.key, renderer.translate(language, one.label), one.kind) for one in COLUMNS]
    title = renderer.translate(language, TITLE)
    return await export(request, title, Table(title, columns, [row(one) for one in organisations]), format)


def own_regions(actor: Actor | None) -> Target:
    """Return what is asked of who takes out what everybody may look at: their own regions, as staff or as auditor."""
    return about(*(actor.regions_as("region_lead", "region_staff", "auditor") if actor else ()))


async def _names(request: Request, session: AsyncSession, regions: Sequence[Region]) -> dict[Group, dict[str, str]]:
    """Return what each group offers: its codes with their names, in their order."""
    renderer, language = resources(request).renderer, request.state.language
    by_code = {topic.code: topic.name(language) for topic in await topics(session)}
    return {
        "region": {item.slug: item.name(language) for item in regions},
        "sector": {code: renderer.translate(language, SECTOR_LABELS[code]) for code in SECTORS},
        "theme": {code: renderer.translate(language, text) for code, text in THEME_LABELS.items()},
        "offers": by_code,
        "needs": by_code,
    }


def _wanted(q: str, chosen: dict[str, Sequence[str]], names: dict[Group, dict[str, str]], sort: str) -> Filter:
    def known(group: Group) -> Any:
        return tuple(code for code in names[group] if code in chosen[group])

    return Filter(
        q.strip() if storable(q) else "",
        known("region"),
        known("sector"),
        known("theme"),
        known("offers"),
        known("needs"),
        "newest" if sort == "newest" else "name",
    )


def _groups(
    request: Request, wanted: Filter, found: Faceted, names: dict[Group, dict[str, str]]
) -> list[dict[str, Any]]:
    renderer, language = resources(request).renderer, request.state.language
    groups = []
    for group in GROUPS:
        options = [
            {"value": code, "label": name, "count": found.counts[group][code], "selected": code in wanted.chosen(group)}
            for code, name in names[group].items()
            if group in ("region", "sector") or found.counts[group][code] or code in wanted.chosen(group)
        ]
        if options:
            label = renderer.translate(language, GROUP_LABELS[group])
            groups.append({"name": group, "label": label, "more": 15 if group == "region" else 8, "options": options})
    return groups


def _chosen(
    request: Request, wanted: Filter, names: dict[Group, dict[str, str]]
) -> list[tuple[str, str, str, str, list[str]]]:
    """Return what is chosen: group, its label, code, name, and what stays chosen in the group without it."""
    renderer, language = resources(request).renderer, request.state.language
    return [
        (
            group,
            renderer.translate(language, GROUP_LABELS[group]),
            code,
            names[group][code],
            [other for other in wanted.chosen(group) if other != code],
        )
        for group in GROUPS
        for code in wanted.chosen(group)
    ]
