"""Pictures and files of cases handed out: of a public case to all, of another to those who may read it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from services.knowledge import queries
from services.knowledge.models import Case
from services.knowledge.queries.media import file_bytes, file_of, picture_bytes
from shared.uploads.files import KINDS
from shared.uploads.pictures import MEDIA_TYPE
from shared.uploads.sending import saved
from shared.web.doors import Reading, Who

router = APIRouter(prefix="/cases/{case_id}", include_in_schema=False)

FOR_EVER, FOR_A_WHILE = "public, max-age=31536000, immutable", "public, max-age=300"
NEVER = "private, no-store"
Width = Annotated[int, Path(ge=1, le=10_000)]


@router.get("/pictures/{digest}-{width}.webp")
async def picture(request: Request, session: Reading, actor: Who, case_id: UUID, digest: str, width: Width) -> Response:
    """A picture in one of its widths. Its address changes with it, so that it is good for ever once the case is public."""
    found = await queries.readable(session, actor, case_id)
    content = await picture_bytes(session, case_id, digest, width)
    headers = {"Content-Disposition": "inline", "X-Content-Type-Options": "nosniff"}
    return _answer(request, found, f"{digest}-{width}", FOR_EVER, content, MEDIA_TYPE, headers)


@router.get("/files/{file_id}")
async def file(request: Request, session: Reading, actor: Who, case_id: UUID, file_id: UUID) -> Response:
    """A file of a case: saved, and neither shown nor run by a browser."""
    found = await queries.readable(session, actor, case_id)
    known = await file_of(session, case_id, file_id)
    content = await file_bytes(session, known)
    kind = KINDS[known.ending]
    return _answer(request, found, known.digest, FOR_A_WHILE, content, kind.media_type, saved(kind, known.title))


def _answer(
    request: Request, case: Case, tag: str, cache: str, content: bytes, media_type: str, headers: dict[str, str]
) -> Response:
    headers = headers | {"ETag": f'"{tag}"', "Cache-Control": cache if case.status == "published" else NEVER}
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if headers["ETag"] in known:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
