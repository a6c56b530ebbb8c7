"""The JSON door to imports: a file is sent as it is, looked over, and confirmed."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Import
from services.partners.queries import imports as asked
from services.partners.schemas.imports import ConfirmIn, ImportOut, RowOut, chosen_rows
from services.partners.usecases.importing import KINDS
from services.partners.usecases.importing.confirming import confirm
from services.partners.usecases.importing.kinds import cell_error
from services.partners.usecases.importing.receiving import give_up, read, receive
from shared.auth.policy import require
from shared.web.doors import Reading, Who, Writing, resources
from shared.web.idempotency import idempotent
from shared.web.problems import responses

router = APIRouter(prefix="/partners/api/v1/imports", tags=["partners"])

KindName = Literal["accounts", "organisations", "people"]
FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("/{kind}", status_code=201, responses=responses(401, 403, 413, 422), openapi_extra=FILE)
@idempotent(status=201)
async def send_file(
    request: Request,
    session: Writing,
    actor: Who,
    kind: KindName,
    name: Annotated[str, Query(max_length=200, description="What the file is called.")] = "",
) -> ImportOut:
    """Send an XLSX or CSV file as the body. Nothing is entered: the answer says what each row would do."""
    known = require(actor, KINDS[kind].action)
    data = await request.body()
    sheet = await read(KINDS[kind], data)
    return await _out(request, session, await receive(session, known, KINDS[kind], name, data, sheet))


@router.get("/{kind}/{import_id}", responses=responses(401, 403, 404, 422))
async def read_import(request: Request, session: Reading, actor: Who, kind: KindName, import_id: UUID) -> ImportOut:
    """Read how far an import has come, and the rows with something to say about them."""
    known = require(actor, KINDS[kind].action)
    return await _out(request, session, await asked.import_of(session, known, import_id, kind))


@router.post("/{kind}/{import_id}/confirm", responses=responses(401, 403, 404, 409, 422))
@idempotent(status=200)
async def confirm_import(
    request: Request, session: Writing, actor: Who, kind: KindName, import_id: UUID, given: ConfirmIn
) -> ImportOut:
    """Have the good rows entered in the background, and of the doubtful ones those that are chosen."""
    given.needs_reason()
    because = given.note if given.everything else ""
    chosen = chosen_rows(given, {})
    found = await confirm(session, actor, KINDS[kind], import_id, chosen=chosen, all_because=because)
    await session.flush()
    return await _out(request, session, found)


@router.delete("/{kind}/{import_id}", status_code=204, responses=responses(401, 403, 404, 409, 422))
async def delete_import(session: Writing, actor: Who, kind: KindName, import_id: UUID) -> None:
    """Forget a file that was not confirmed."""
    await give_up(session, require(actor, KINDS[kind].action), import_id, KINDS[kind])


async def _out(request: Request, session: AsyncSession, found: Import) -> ImportOut:
    say = partial(resources(request).renderer.translate, request.state.language)
    done, total = await asked.progress_of(session, found.id)
    rows = [
        RowOut(
            row=row.number,
            outcome=row.result or row.outcome,
            title=row.title,
            doubtful=row.doubtful,
            problems=[_said(one, say) for one in row.problems],
        )
        for row in await asked.import_rows(session, found.id)
        if row.problems
    ]
    return ImportOut(
        **found.model_dump(include={"id", "kind", "file_name", "status", "counts", "made_at", "finished_at"}),
        done=done,
        total=total,
        problems=[_said(one, say) for one in found.problems],
        rows=rows,
    )


def _said(kept: dict[str, Any], say: Callable[[str], str]) -> dict[str, Any]:
    about = {name: kept[name] for name in ("level", "row", "column", "heading")}
    return {**about, "text": cell_error(kept).said(say)}
