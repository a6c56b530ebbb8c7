"""The staff's pages: all sends, and the proof of each."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from services.notifier import queries
from services.notifier.models import SendKind
from services.notifier.shown import GROUP_LABELS, KIND_LABELS, REASON_LABELS, STATE_LABELS, ShownSend
from services.notifier.stream import changes
from shared.auth.policy import can, require
from shared.errors import NotFound
from shared.web.doors import Reading, Who, resources
from shared.web.paging import PER_PAGE, Paging

router = APIRouter(prefix="/mail", include_in_schema=False)
ROWS = 50
MOST_ASKED = 30


@router.get("")
async def list_sends(
    request: Request, session: Reading, actor: Who, page: Annotated[int, Query(ge=1, le=10_000)] = 1
) -> HTMLResponse:
    """All sends, newest first."""
    require(actor, "send.view")
    total, proofs = await queries.sends(session, page, PER_PAGE)
    renderer = resources(request).renderer
    shown = [ShownSend.of(proof, lambda text: renderer.translate(request.state.language, text)) for proof in proofs]
    return renderer.page(
        request, "notifier/sends.html", {"sends": shown, "kinds": KIND_LABELS, "paging": Paging(page, PER_PAGE, total)}
    )


@router.get("/sends/{about}")
async def show_send(
    request: Request,
    session: Reading,
    actor: Who,
    about: UUID,
    kind: SendKind = "invitation",
    state: Annotated[str, Query(max_length=20)] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """The proof of one send: what was owed, and what became of each to the people of one's own regions."""
    reader = require(actor, "send.view")
    proof = await queries.proof(session, about, kind)
    states = queries.GROUPS.get(state, ())
    total, rows = await queries.deliveries(session, reader, proof.send.id, states, page, ROWS)
    context = {
        "send": _shown(request, proof),
        "webinar": proof.webinar,
        "sums": proof.sums,
        "rows": rows,
        "narrowed": not reader.is_national,
        "paging": Paging(page, ROWS, total),
        "state": state if states else "",
        "kinds": KIND_LABELS,
        "all_kinds": await queries.kinds_of(session, about),
        "groups": GROUP_LABELS,
        "states": STATE_LABELS,
        "reasons": REASON_LABELS,
        "masked": queries.masked,
    }
    return resources(request).renderer.page(request, "notifier/send.html", context)


@router.get("/sends/{about}/stream")
async def stream_send(request: Request, actor: Who, about: UUID, kind: SendKind = "invitation") -> Response:
    """The proof as server-sent events: one at each change, at most two a second, until the sums are final."""
    require(actor, "send.view")
    database = resources(request).database
    async with database.reading() as session:
        await queries.proof(session, about, kind)

    def shown(proof: queries.Proof) -> str:
        context = {"send": _shown(request, proof)}
        return bytes(resources(request).renderer.page(request, "notifier/_proof.html", context).body).decode()

    headers = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
    body = changes(database, about, kind, shown, request.is_disconnected)
    return StreamingResponse(body, media_type="text/event-stream", headers=headers)


@router.get("/fragments/send")
async def send_fragment(
    request: Request,
    session: Reading,
    actor: Who,
    about: UUID,
    asked: Annotated[int, Query(ge=0, le=1_000)] = 0,
) -> HTMLResponse:
    """The proof as a part of the webinar's page: staff see it grow, everybody else gets an empty box."""
    if not can(actor, "send.view"):
        return HTMLResponse("")
    try:
        proof = await queries.proof(session, about)
    except NotFound:
        # Just published: the invitations are about to be written down. Asked for a while, not for ever.
        if asked >= MOST_ASKED:
            return HTMLResponse("")
        return resources(request).renderer.page(request, "notifier/_coming.html", {"about": about, "asked": asked + 1})
    return resources(request).renderer.page(request, "notifier/_fragment.html", {"send": _shown(request, proof)})


def _shown(request: Request, proof: queries.Proof) -> ShownSend:
    renderer = resources(request).renderer
    return ShownSend.of(proof, lambda text: renderer.translate(request.state.language, text))
