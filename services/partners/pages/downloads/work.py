"""What waits for staff as files: the work list, and of its kinds the claims, the changes in the register, and the doubles."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.partners import queries
from services.partners.pages.work import narrowed, reach
from services.partners.queries.claims import claims_waiting
from services.partners.queries.doubles import doubles as alike
from services.partners.queries.findings import findings_open
from services.partners.queries.work import KIND_LABELS
from services.partners.register.verdicts import TEXTS
from services.partners.usecases.exporting import note_taken_out
from shared.auth.policy import require
from shared.sheets.table import Column
from shared.web.doors import Reading, Who, resources, unit
from shared.web.exports import Format, hand_out
from shared.web.i18n import marker as _

router = APIRouter(prefix="/partners", include_in_schema=False)

WORK, CLAIMS, FINDINGS, DOUBLES = (
    _("Oppgaver"),
    _("Krav om å ta over en profil"),
    _("Endringer i Enhetsregisteret"),
    _("Mulige dubletter"),
)
Chosen = Annotated[Sequence[str], Query(max_length=20)]
SEVERITIES = {"grave": _("Alvorlig"), "change": _("Endring"), "note": _("Merknad")}
WORK_COLUMNS = (
    Column("urgent", _("Haster"), "boolean"),
    Column("kind", _("Hva det gjelder")),
    Column("task", _("Oppgave")),
    Column("regions", _("Region"), "list"),
    Column("since", _("Siden"), "datetime"),
    Column("href", _("Adresse")),
)
CLAIM_COLUMNS = (
    Column("organisation", _("Virksomhet")),
    Column("org_number", _("Organisasjonsnummer")),
    Column("person", _("Navn")),
    Column("email", _("E-postadresse")),
    Column("message", _("Melding")),
    Column("regions", _("Region"), "list"),
    Column("asked_at", _("Siden"), "datetime"),
    Column("href", _("Adresse")),
)
FINDING_COLUMNS = (
    Column("organisation", _("Virksomhet")),
    Column("org_number", _("Organisasjonsnummer")),
    Column("severity", _("Hvor alvorlig")),
    Column("finding", _("Hva registeret sier")),
    Column("regions", _("Region"), "list"),
    Column("found_at", _("Siden"), "datetime"),
    Column("href", _("Adresse")),
)
DOUBLE_COLUMNS = (
    Column("first_name", _("Den ene")),
    Column("first_org_number", _("Den enes organisasjonsnummer")),
    Column("first_regions", _("Den enes regioner"), "list"),
    Column("second_name", _("Den andre")),
    Column("second_org_number", _("Den andres organisasjonsnummer")),
    Column("second_regions", _("Den andres regioner"), "list"),
    Column("likeness", _("Likhet i navn, prosent"), "integer"),
    Column("same_website", _("Samme nettsted"), "boolean"),
    Column("same_municipality", _("Samme kommune"), "boolean"),
    Column("href", _("Adresse")),
)


@router.get("/work/export")
async def work(
    request: Request,
    session: Reading,
    actor: Who,
    region: Chosen = (),
    kind: Chosen = (),
    format: Format = "xlsx",
) -> Response:
    """What waits for the staff member who asks; most of it names people."""
    known = require(actor, "work.view")
    language = request.state.language
    where = reach(known, await queries.region_names(session, language), region)
    found = await narrowed(session, known, where, kind)
    say = partial(resources(request).renderer.translate, language)
    rows = [
        {
            "urgent": item.urgent,
            "kind": say(KIND_LABELS[item.kind]),
            "task": say(item.text, item.values),
            "regions": [where.names.get(slug, slug) for slug in item.regions],
            "since": item.since,
            "href": _address(request, item.href),
        }
        for item in found.items
    ]
    async with unit(request) as writing:
        note_taken_out(writing, known, "work", len(rows), where.chosen, {"kind": found.wanted})
    return await hand_out(request, WORK, WORK_COLUMNS, rows, format)


@router.get("/claims/export")
async def claims(
    request: Request, session: Reading, actor: Who, region: Chosen = (), format: Format = "xlsx"
) -> Response:
    """The claims that wait for an answer, with who asks and what they wrote."""
    known = require(actor, "work.view")
    where = reach(known, await queries.region_names(session, request.state.language), region)
    waiting = await claims_waiting(session, where.regions)
    regions = await queries.regions_of(session, [one.organisation.id for one in waiting])
    rows = [
        {
            "organisation": one.organisation.name,
            "org_number": one.organisation.org_number,
            "person": one.person.name,
            "email": one.person.email,
            "message": one.claim.message,
            "regions": [where.names.get(slug, slug) for slug in regions[one.organisation.id]],
            "asked_at": one.claim.asked_at,
            "href": _address(request, f"/partners/claims/{one.claim.id}"),
        }
        for one in waiting
    ]
    async with unit(request) as writing:
        note_taken_out(writing, known, "claims", len(rows), where.chosen)
    return await hand_out(request, CLAIMS, CLAIM_COLUMNS, rows, format)


@router.get("/findings/export")
async def findings(
    request: Request, session: Reading, actor: Who, region: Chosen = (), format: Format = "xlsx"
) -> Response:
    """What the register of organisations says otherwise, and nobody has settled."""
    known = require(actor, "work.view")
    language = request.state.language
    where = reach(known, await queries.region_names(session, language), region)
    open_ = await findings_open(session, where.regions)
    regions = await queries.regions_of(session, [organisation.id for _finding, organisation in open_])
    say = partial(resources(request).renderer.translate, language)
    rows = [
        {
            "organisation": organisation.name,
            "org_number": organisation.org_number,
            "severity": say(SEVERITIES[one.severity]),
            "finding": say(TEXTS[one.code], one.values),  # type: ignore[index]
            "regions": [where.names.get(slug, slug) for slug in regions[organisation.id]],
            "found_at": one.found_at,
            "href": _address(request, f"/partners/findings/{one.id}"),
        }
        for one, organisation in open_
    ]
    return await hand_out(request, FINDINGS, FINDING_COLUMNS, rows, format)


@router.get("/duplicates/export")
async def doubles(request: Request, session: Reading, actor: Who, format: Format = "xlsx") -> Response:
    """The organisations in one's regions that may be the same."""
    known = require(actor, "work.view")
    names = await queries.region_names(session, request.state.language)
    rows = [
        {
            "first_name": one.first.name,
            "first_org_number": one.first.org_number,
            "first_regions": [names.get(slug, slug) for slug in one.regions[one.first.id]],
            "second_name": one.second.name,
            "second_org_number": one.second.org_number,
            "second_regions": [names.get(slug, slug) for slug in one.regions[one.second.id]],
            "likeness": round(one.pair.share * 100),
            "same_website": one.pair.same_host,
            "same_municipality": one.pair.same_place,
            "href": _address(request, f"/partners/merge?first={one.first.id}&second={one.second.id}"),
        }
        for one in await alike(session, None if known.is_national else known.regions)
    ]
    return await hand_out(request, DOUBLES, DOUBLE_COLUMNS, rows, format)


def _address(request: Request, path: str) -> str:
    return resources(request).settings.base_url.rstrip("/") + path
