"""The notifier's JSON door."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.notifier import queries
from services.notifier.models import SendKind, State
from services.notifier.schemas import DeliveryList, DeliveryOut, SendOut
from shared.auth.policy import require
from shared.web.doors import Reading, Who
from shared.web.paging import MOST_PER_PAGE, PER_PAGE
from shared.web.problems import responses

router = APIRouter(prefix="/mail/api/v1", tags=["notifier"])


@router.get("/sends", responses=responses(401, 403, 404, 422))
async def read_send(session: Reading, actor: Who, about: UUID, kind: SendKind = "invitation") -> SendOut:
    """Read what became of the mail about a webinar; staff only. `audience` = waiting + sent + failed + suppressed + unknown."""
    require(actor, "send.view")
    return SendOut.of(await queries.proof(session, about, kind))


@router.get("/deliveries", responses=responses(401, 403, 404, 422))
async def list_deliveries(
    session: Reading,
    actor: Who,
    about: UUID,
    kind: SendKind = "invitation",
    state: State | None = None,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=MOST_PER_PAGE)] = PER_PAGE,
) -> DeliveryList:
    """List the mails of a send, one per person of your regions; staff only, and national staff see all."""
    reader = require(actor, "send.view")
    proof = await queries.proof(session, about, kind)
    total, rows = await queries.deliveries(session, reader, proof.send.id, [state] if state else [], page, per_page)
    return DeliveryList(total=total, page=page, per_page=per_page, hits=[DeliveryOut.of(row) for row in rows])
