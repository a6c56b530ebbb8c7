"""Staff's lists of mail as files: all sends, and the deliveries of one."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from services.notifier import queries
from services.notifier.models import SendKind
from services.notifier.shown import KIND_LABELS, REASON_LABELS, STATE_LABELS
from shared.auth.policy import require
from shared.sheets.table import Column
from shared.web.doors import Who, resources
from shared.web.exports import Format, hand_out
from shared.web.i18n import marker as _

router = APIRouter(prefix="/mail", include_in_schema=False)

PIECE = 500
"""How many rows are read at a time."""
SENDS, DELIVERIES, UNKNOWN = _("Utsendinger"), _("Leveringer %(name)s"), _("Ukjent person")
SEND_COLUMNS = (
    Column("title", _("Webinar")),
    Column("kind", _("Hva")),
    Column("created_at", _("Startet"), "datetime"),
    Column("completed_at", _("Ferdig"), "datetime"),
    Column("audience", _("Målgruppe"), "integer"),
    Column("sent", _("Sendt"), "integer"),
    Column("waiting", _("Venter"), "integer"),
    Column("suppressed", _("Holdt tilbake"), "integer"),
    Column("failed", _("Feilet"), "integer"),
    Column("unknown", _("Usikre"), "integer"),
    Column("about", _("Webinarets id")),
)
DELIVERY_COLUMNS = (
    Column("name", _("Mottaker")),
    Column("email", _("E-postadresse, skjult")),
    Column("state", _("Tilstand")),
    Column("reason", _("Grunn")),
    Column("last_error", _("Siste svar")),
    Column("created_at", _("Opprettet"), "datetime"),
    Column("due_at", _("Prøves igjen"), "datetime"),
    Column("ended_at", _("Avsluttet"), "datetime"),
)


@router.get("/export")
async def sends(request: Request, actor: Who, format: Format = "xlsx") -> Response:
    """All sends with their sums, newest first."""
    require(actor, "send.view")
    return await hand_out(request, SENDS, SEND_COLUMNS, _sends(request), format)


@router.get("/sends/{about}/export")
async def deliveries(
    request: Request,
    actor: Who,
    about: UUID,
    kind: SendKind = "invitation",
    state: Annotated[str, Query(max_length=20)] = "",
    format: Format = "xlsx",
) -> Response:
    """What was owed in one send to the people of one's regions, and what became of each; addresses are hidden as on the page."""
    reader = require(actor, "send.view")
    async with resources(request).database.reading() as session:
        proof = await queries.proof(session, about, kind)
        ids = await queries.delivery_ids(session, reader, proof.send.id, queries.GROUPS.get(state, ()))
    title = proof.webinar.title
    return await hand_out(request, DELIVERIES, DELIVERY_COLUMNS, _deliveries(request, ids), format, name=title)


async def _sends(request: Request) -> AsyncIterator[dict[str, Any]]:
    say = partial(resources(request).renderer.translate, request.state.language)
    async with resources(request).database.reading() as session:
        page, total, seen = 1, 1, 0
        while seen < total:
            total, proofs = await queries.sends(session, page, PIECE)
            for proof in proofs:
                yield {
                    **vars(proof.sums),
                    **proof.send.model_dump(include={"created_at", "completed_at", "about"}),
                    "title": proof.webinar.title,
                    "kind": say(KIND_LABELS[proof.send.kind]),
                }
            page, seen = page + 1, seen + PIECE


async def _deliveries(request: Request, ids: Sequence[UUID]) -> AsyncIterator[dict[str, Any]]:
    say = partial(resources(request).renderer.translate, request.state.language)
    for start in range(0, len(ids), PIECE):
        async with resources(request).database.reading() as session:
            rows = await queries.deliveries_by_id(session, ids[start : start + PIECE])
        for row in rows:
            yield {
                "name": row.name or say(UNKNOWN),
                "email": queries.masked(row.email),
                "state": say(STATE_LABELS[row.state][0]),
                "reason": say(REASON_LABELS.get(row.reason, row.reason)) if row.reason else "",
                "last_error": row.last_error if row.state != "sent" else "",
                "created_at": row.created_at,
                "due_at": row.due_at if row.state == "deferred" else None,
                "ended_at": row.ended_at,
            }
