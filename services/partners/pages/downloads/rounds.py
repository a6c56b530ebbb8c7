"""The annual round as files: the rounds there were, and who stands where in one."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.partners import queries
from services.partners.pages.rounds import STATUS_LABELS
from services.partners.queries.round_parts import PartState, parts_of
from services.partners.queries.rounds import all_rounds, round_of
from shared.auth.policy import regions_open, require
from shared.clock import now, today_in_norway
from shared.sheets.table import Column
from shared.web.doors import Reading, Who, resources
from shared.web.exports import Format, hand_out
from shared.web.i18n import marker as _
from shared.web.labels import SECTOR_LABELS

router = APIRouter(prefix="/partners/rounds", include_in_schema=False)

ROUNDS, STANDING = _("Runder"), _("Runden for %(year)s")
STATE_LABELS: dict[PartState, str] = {
    "delivered": _("Levert"),
    "missing": _("Mangler"),
    "postponed": _("Utsatt"),
    "exempted": _("Unntatt"),
}
ROUND_COLUMNS = (
    Column("year", _("Klimaregnskap for"), "integer"),
    Column("opens_on", _("Åpner"), "date"),
    Column("deadline", _("Frist"), "date"),
    Column("status", _("Status")),
    Column("opened_at", _("Åpnet"), "datetime"),
    Column("closed_at", _("Avsluttet"), "datetime"),
    Column("id", _("Id")),
)
STANDING_COLUMNS = (
    Column("name", _("Virksomhet")),
    Column("org_number", _("Organisasjonsnummer")),
    Column("regions", _("Region"), "list"),
    Column("sector", _("Sektor")),
    Column("state", _("Status")),
    Column("deadline", _("Frist"), "date"),
    Column("reason", _("Begrunnelse")),
    Column("organisation_id", _("Virksomhetens id")),
)


@router.get("/export")
async def rounds(request: Request, session: Reading, actor: Who, format: Format = "xlsx") -> Response:
    """Every round, newest year first."""
    require(actor, "work.view")
    say = partial(resources(request).renderer.translate, request.state.language)
    rows = [
        {
            **one.model_dump(include={"id", "year", "opens_on", "deadline", "opened_at", "closed_at"}),
            "status": say(STATUS_LABELS[one.status]),
        }
        for one in await all_rounds(session)
    ]
    return await hand_out(request, ROUNDS, ROUND_COLUMNS, rows, format)


@router.get("/{round_id}/export")
async def standing(
    request: Request,
    session: Reading,
    actor: Who,
    round_id: UUID,
    state: Annotated[Sequence[PartState], Query(max_length=4)] = (),
    format: Format = "xlsx",
) -> Response:
    """Who takes part in a round in the reader's regions, and how each stands; with `state` those that stand so."""
    require(actor, "work.view")
    found = await round_of(session, round_id)
    names = await queries.region_names(session, request.state.language)
    own = set(regions_open(actor, "obligation.view", names))
    parts = await parts_of(session, found, today_in_norway(now()))
    regions = await queries.regions_of(session, [one.organisation.id for one in parts])
    say = partial(resources(request).renderer.translate, request.state.language)
    rows = [
        {
            "name": one.organisation.name,
            "org_number": one.organisation.org_number,
            "organisation_id": one.organisation.id,
            "regions": [names.get(slug, slug) for slug in regions[one.organisation.id]],
            "sector": say(SECTOR_LABELS[one.organisation.sector]),
            "state": say(STATE_LABELS[one.state]),
            "deadline": one.due.deadline,
            "reason": one.exception.reason if one.exception else "",
        }
        for one in parts
        if own & set(regions[one.organisation.id]) and (not state or one.state in state)
    ]
    return await hand_out(request, STANDING, STANDING_COLUMNS, rows, format, year=found.year)
