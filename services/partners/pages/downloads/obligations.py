"""An organisation's climate accounts as a file."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.partners import queries
from services.partners.pages.shown import FIGURE_LABELS, SOURCE_LABELS, TOOL_LABELS
from services.partners.queries.obligations import account_versions
from shared.auth.policy import about, require
from shared.sheets.table import Column
from shared.web.doors import Reading, Who, resources
from shared.web.exports import Format, hand_out
from shared.web.i18n import marker as _

router = APIRouter(prefix="/partners", include_in_schema=False)

ACCOUNTS = _("Klimaregnskap for %(name)s")
COLUMNS = (
    Column("year", _("År"), "integer"),
    Column("revision", _("Versjon"), "integer"),
    *(Column(name, label, "decimal") for name, label in FIGURE_LABELS.items()),
    Column("tool", _("Verktøy")),
    Column("source", _("Levert av")),
    Column("published", _("Offentlig"), "boolean"),
    Column("link", _("Lenke til rapporten")),
    Column("note", _("Merknad")),
    Column("delivered_at", _("Levert"), "datetime"),
    Column("superseded_at", _("Gjaldt til"), "datetime"),
)
TAKEN = {"year", "revision", "published", "link", "note", "delivered_at", "superseded_at"}


@router.get("/{organisation_id}/obligations/accounts/export")
async def accounts(
    request: Request, session: Reading, actor: Who, organisation_id: UUID, format: Format = "xlsx"
) -> Response:
    """All versions of an organisation's accounts; `superseded_at` is empty in those that hold."""
    found = await queries.organisation(session, organisation_id)
    slugs = (await queries.regions_of(session, [found.id]))[found.id]
    require(actor, "obligation.view", about(*slugs, organisation_id=found.id))
    say = partial(resources(request).renderer.translate, request.state.language)
    rows = [
        {
            **one.model_dump(include=TAKEN),
            **one.figures,
            "tool": one.tool_name or say(TOOL_LABELS[one.tool]),
            "source": say(SOURCE_LABELS[one.source]),
        }
        for one in await account_versions(session, found.id)
    ]
    return await hand_out(request, ACCOUNTS, COLUMNS, rows, format, name=found.name)
