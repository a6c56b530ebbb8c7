"""Cases, for programs."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge import queries
from services.knowledge.models import Case
from services.knowledge.queries.media import media_of
from services.knowledge.queries.rows import KINDS, rows_of
from services.knowledge.schemas import CaseIn, CaseOut, ReasonIn, TranslationIn, TranslationOf
from services.knowledge.schemas.media import FileOut, PictureOut
from services.knowledge.usecases import editorial, translating
from shared.auth.actor import Actor
from shared.contracts.vocabulary import Language
from shared.web.app import request_url
from shared.web.doors import Reading, Who, Writing
from shared.web.idempotency import idempotent
from shared.web.problems import responses

router = APIRouter(prefix="/cases/api/v1", tags=["cases"])
STEP = responses(401, 403, 404, 409, 422)


@router.post("/cases", status_code=201, responses=responses(401, 403, 409, 422))
@idempotent(status=201)
async def draft_case(request: Request, session: Writing, actor: Who, given: CaseIn) -> CaseOut:
    """Start a case as a draft. Staff of its region may."""
    return await shown(request, session, actor, await editorial.draft(session, actor, given))


@router.get("/cases/{case_id}", responses=responses(404, 422))
async def read_case(request: Request, session: Reading, actor: Who, case_id: UUID) -> CaseOut:
    """Read a published case; others only for those who work with them."""
    return await shown(request, session, actor, await queries.readable(session, actor, case_id))


@router.put("/cases/{case_id}", responses=STEP)
async def edit_case(request: Request, session: Writing, actor: Who, case_id: UUID, given: CaseIn) -> CaseOut:
    """Change a draft as a whole; send the `version` you read."""
    return await shown(request, session, actor, await editorial.edit(session, actor, case_id, given))


@router.post("/cases/{case_id}/submit", responses=STEP)
@idempotent()
async def submit_case(request: Request, session: Writing, actor: Who, case_id: UUID) -> CaseOut:
    """Hand a case in for review by its own region."""
    return await shown(request, session, actor, await editorial.submit(session, actor, case_id))


@router.post("/cases/{case_id}/approve", responses=STEP)
@idempotent()
async def approve_case(request: Request, session: Writing, actor: Who, case_id: UUID) -> CaseOut:
    """Find a case good. Staff of its own region and national staff may."""
    return await shown(request, session, actor, await editorial.approve(session, actor, case_id))


@router.post("/cases/{case_id}/request-changes", responses=STEP)
@idempotent()
async def request_changes(request: Request, session: Writing, actor: Who, case_id: UUID, given: ReasonIn) -> CaseOut:
    """Send a case back; the reason is needed and reaches its author."""
    return await shown(request, session, actor, await editorial.request_changes(session, actor, case_id, given.reason))


@router.post("/cases/{case_id}/publish", responses=STEP)
@idempotent()
async def publish_case(request: Request, session: Writing, actor: Who, case_id: UUID) -> CaseOut:
    """Make an approved case public. A second time changes nothing."""
    return await shown(request, session, actor, await editorial.publish(session, actor, case_id))


@router.post("/cases/{case_id}/archive", responses=STEP)
@idempotent()
async def archive_case(request: Request, session: Writing, actor: Who, case_id: UUID) -> CaseOut:
    """Take a published case out of the library."""
    return await shown(request, session, actor, await editorial.archive(session, actor, case_id))


@router.put("/cases/{case_id}/translations/{language}", responses=STEP)
async def translate_case(
    request: Request, session: Writing, actor: Who, case_id: UUID, language: Language, given: TranslationOf
) -> CaseOut:
    """Tell a case in another language. Whoever edits a draft may, and whoever may publish it once it is public."""
    told = TranslationIn(language=language, **given.model_dump())
    return await shown(request, session, actor, await translating.translate(session, actor, case_id, told))


@router.delete("/cases/{case_id}/translations/{language}", responses=STEP)
async def take_translation_away(
    request: Request, session: Writing, actor: Who, case_id: UUID, language: Language
) -> CaseOut:
    """Tell a case in one language less."""
    return await shown(request, session, actor, await translating.take_away(session, actor, case_id, language))


async def shown(request: Request, session: AsyncSession, actor: Actor | None, found: Case) -> CaseOut:
    """Return a case as `actor` may see it, with its rows and what follows from them."""
    rows = (await rows_of(session, [found.id]))[found.id]
    media = (await media_of(session, [found.id]))[found.id]
    base = request_url(request, "")
    seen: dict[str, Any] = {
        **found.model_dump(),
        **{name: getattr(rows, name) for name in KINDS},
        "translations": rows.translations,
        "pictures": [PictureOut.of(one, base) for one in media.pictures],
        "files": [FileOut.of(one, base) for one in media.files],
        "payback_years": rows.payback(found),
        "nok_per_tonne": rows.price(found),
        "has_contact": found.contact_id is not None,
        "url": request_url(request, f"/cases/{found.id}"),
    }
    if not queries.may_read(actor, found):
        seen["review_reason"] = ""
    return CaseOut.model_validate(seen)
