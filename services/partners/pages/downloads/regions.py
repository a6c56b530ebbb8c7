"""Regions as files: those of today and those that ended, the operations on them, and what one of these moves."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.partners import queries
from services.partners.pages.assigning import KIND_LABELS
from services.partners.pages.directory import own_regions
from services.partners.pages.rearrangements import STATE_LABELS, WHAT_LABELS, new_names
from services.partners.pages.regions import NATIONAL, county_names
from services.partners.queries.rearrangements import rearrangement, rearrangements
from services.partners.queries.regions import leaders, partner_counts
from services.partners.usecases.exporting import note_taken_out
from services.partners.usecases.rearranging.planning import KINDS, Line
from services.partners.usecases.rearranging.telling import Naming, namings, told
from shared.auth.policy import require
from shared.sheets.table import Column
from shared.web.doors import Reading, Who, resources, unit
from shared.web.exports import Format, hand_out
from shared.web.i18n import marker as _
from shared.web.labels import LANGUAGE_LABELS

router = APIRouter(prefix="/partners/regions", include_in_schema=False)

REGIONS, OPERATIONS, MOVES = _("Regioner"), _("Omorganiseringer"), _("Prøvekjøring %(regions)s")
MOVED = _("Omorganisert %(regions)s")
SEGMENT, BY_RULE = _("Målgruppe"), _("regelen gjelder alle som tar over")
BY_HAND, FOLLOWS, PROPOSED, UNDECIDED = _("valgt"), _("følger virksomheten"), _("forslag"), _("mangler ny region")
REGION_COLUMNS = (
    Column("name", _("Region")),
    Column("slug", _("Kortnavn")),
    Column("name_nb", _("Navn på bokmål")),
    Column("name_nn", _("Navn på nynorsk")),
    Column("name_en", _("Navn på engelsk")),
    Column("parallel_names", _("Navn på samisk og kvensk"), "list"),
    Column("host", _("Vertskap")),
    Column("leaders", _("Leder"), "list"),
    Column("language", _("Språk")),
    Column("counties", _("Fylker"), "list"),
    Column("partners", _("Partnere"), "integer"),
    Column("guests", _("Gjester"), "integer"),
    Column("valid_from", _("Siden"), "date"),
    Column("valid_to", _("Avsluttet"), "date"),
    Column("successors", _("Etter den kom"), "list"),
)
OPERATION_COLUMNS = (
    Column("kind", _("Hva")),
    Column("sources", _("Regioner"), "list"),
    Column("opened", _("Regioner som tar over"), "list"),
    Column("effective", _("Dag"), "date"),
    Column("state", _("Status")),
    Column("executed_at", _("Gjennomført"), "datetime"),
    Column("id", _("Id")),
)
MOVE_COLUMNS = (
    Column("kind", _("Hva slags")),
    Column("name", _("Navn")),
    Column("detail", _("Mer om")),
    Column("sources", _("Fra"), "list"),
    Column("targets", _("Til"), "list"),
    Column("guest_in", _("Gjest i"), "list"),
    Column("why", _("Hvorfor")),
    Column("id", _("Id")),
)


@router.get("/export")
async def regions(request: Request, session: Reading, actor: Who, format: Format = "xlsx") -> Response:
    """The regions of today, and after them those that ended."""
    require(actor, "registry.export", own_regions(actor))
    known, language = await queries.every_region(session), request.state.language
    listed = [one for one in known if one.holds()] + [one for one in known if not one.holds() and one.valid_to]
    names = {one.slug: one.name(language) for one in known}
    counts = await partner_counts(session)
    led_by = await leaders(session, [one.slug for one in listed if one.holds()])
    counties = await county_names(session, request)
    rows = [
        {
            **one.model_dump(include={"slug", "name_nb", "name_nn", "name_en", "host", "valid_from", "valid_to"}),
            "name": names[one.slug],
            "parallel_names": [parallel["name"] for parallel in one.parallel_names],
            "leaders": [person.name for person in led_by.get(one.slug, [])],
            "language": resources(request).renderer.translate(language, LANGUAGE_LABELS[one.language]),
            "counties": [counties.get(number, number) for number in one.covers],
            "partners": counts.get(one.slug, (0, 0))[0],
            "guests": counts.get(one.slug, (0, 0))[1],
            "successors": [names[slug] for slug in one.successors],
        }
        for one in listed
    ]
    return await hand_out(request, REGIONS, REGION_COLUMNS, rows, format)


@router.get("/rearrangements/export")
async def operations(request: Request, session: Reading, actor: Who, format: Format = "xlsx") -> Response:
    """All operations on regions."""
    require(actor, "region.rearrange", NATIONAL)
    language = request.state.language
    say = partial(resources(request).renderer.translate, language)
    known = await queries.every_region_name(session, language)
    rows = []
    for one in await rearrangements(session):
        names = {**known, **new_names(one, language)}
        rows.append(
            {
                **one.model_dump(include={"id", "effective", "executed_at"}),
                "kind": say(WHAT_LABELS[one.kind]),
                "state": say(STATE_LABELS[one.state]),
                "sources": _named(one.sources, names),
                "opened": _named(one.opened, names),
            }
        )
    return await hand_out(request, OPERATIONS, OPERATION_COLUMNS, rows, format)


@router.get("/rearrangements/{rearrangement_id}/export")
async def moves(
    request: Request, session: Reading, actor: Who, rearrangement_id: UUID, format: Format = "xlsx"
) -> Response:
    """Every organisation, person, case and webinar that an operation moves or moved, from where to where.

    After them come the segments that name what closes.
    """
    known = require(actor, "region.rearrange", NATIONAL)
    language = request.state.language
    found = await rearrangement(session, rearrangement_id)
    plan = await told(session, found)
    names = {**await queries.every_region_name(session, language), **new_names(found, language)}
    say = partial(resources(request).renderer.translate, language)
    rows = [_moved(line, names, say) for kind in KINDS for line in plan.of(kind)]
    rows += [_named_by(one, names, say) for one in await namings(session, found)]
    async with unit(request) as writing:
        people = len(plan.of("person"))
        note_taken_out(writing, known, "rearrangement", people, found.sources, {"rearrangement_id": found.id})
    title = MOVED if found.state == "executed" else MOVES
    return await hand_out(request, title, MOVE_COLUMNS, rows, format, regions=", ".join(_named(found.sources, names)))


def _moved(line: Line, names: Mapping[str, str], say: Callable[[str], str]) -> dict[str, Any]:
    why = BY_HAND if line.by_hand else FOLLOWS if line.follows else PROPOSED if line.targets is not None else UNDECIDED
    return {
        "kind": say(KIND_LABELS[line.kind]),
        "name": line.name,
        "detail": line.detail,
        "sources": _named(line.sources, names),
        "targets": _named(line.targets or (), names),
        "guest_in": _named(line.guest_in, names),
        "why": say(why),
        "id": line.id,
    }


def _named_by(one: Naming, names: Mapping[str, str], say: Callable[[str], str]) -> dict[str, Any]:
    return {
        "kind": say(SEGMENT),
        "name": one.name,
        "sources": _named(one.sources, names),
        "targets": _named(one.targets, names),
        "why": say(BY_RULE),
        "id": one.id,
    }


def _named(slugs: Sequence[str], names: Mapping[str, str]) -> list[str]:
    return [names.get(slug, slug) for slug in slugs]
