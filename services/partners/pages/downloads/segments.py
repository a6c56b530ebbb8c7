"""Segments as files: the list of them, and who belongs to one."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.partners import queries
from services.partners.pages.downloads.people import COLUMNS as PEOPLE_COLUMNS
from services.partners.pages.downloads.people import people_rows
from services.partners.queries import segments as asked
from services.partners.usecases.exporting import note_taken_out
from shared.auth.policy import require
from shared.sheets.table import Column
from shared.web.doors import Reading, Who, resources, unit
from shared.web.exports import Format, hand_out
from shared.web.i18n import marker as _

router = APIRouter(prefix="/partners/segments", include_in_schema=False)

SEGMENTS, MEMBERS, EVERYWHERE = _("Målgrupper"), _("Målgruppe %(name)s"), _("Hele nettverket")
COLUMNS = (
    Column("name", _("Navn")),
    Column("regions", _("Gjelder"), "list"),
    Column("members", _("Personer"), "integer"),
    Column("created_at", _("Laget"), "datetime"),
    Column("updated_at", _("Endret"), "datetime"),
    Column("id", _("Id")),
)


@router.get("/export")
async def segments(request: Request, session: Reading, actor: Who, format: Format = "xlsx") -> Response:
    """The segments somebody may use."""
    require(actor, "segment.view")
    language = request.state.language
    names = await queries.every_region_name(session, language)
    everywhere = resources(request).renderer.translate(language, EVERYWHERE)
    rows = [
        {
            **one.model_dump(include={"id", "name", "members", "created_at", "updated_at"}),
            "regions": [names.get(slug, slug) for slug in one.rule.regions] or [everywhere],
        }
        for one in await asked.segments(session, actor)
    ]
    return await hand_out(request, SEGMENTS, COLUMNS, rows, format)


@router.get("/{segment_id}/export")
async def members(
    request: Request, session: Reading, actor: Who, segment_id: UUID, format: Format = "xlsx"
) -> Response:
    """Those who belong to a segment, as far as whoever asks may see them."""
    known = require(actor, "segment.view")
    found = await asked.segment(session, segment_id)
    target = await asked.reach_of(session, found.rule)
    require(actor, "segment.manage", target)
    ids = await asked.member_ids(session, actor, found.rule)
    async with unit(request) as writing:
        told: dict[str, object] = {"segment_id": found.id}
        note_taken_out(writing, known, "segment", len(ids), target.regions, told)
    return await hand_out(request, MEMBERS, PEOPLE_COLUMNS, people_rows(request, ids), format, name=found.name)
