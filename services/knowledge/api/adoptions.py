"""Adoptions of cases, and questions to those behind them, for programs."""

from uuid import UUID

from fastapi import APIRouter, Request

from services.knowledge import queries
from services.knowledge.api.cases import shown
from services.knowledge.queries import adoptions as asked
from services.knowledge.schemas import CaseOut
from services.knowledge.schemas.adoptions import AdoptionIn, AdoptionOut, QuestionIn, QuestionOut
from services.knowledge.usecases import adopting, questions
from shared.web.doors import Reading, Who, Writing
from shared.web.idempotency import idempotent
from shared.web.problems import responses

router = APIRouter(prefix="/cases/api/v1", tags=["adoptions"])
STEP = responses(401, 403, 404, 409, 422)


@router.get("/cases/{case_id}/adoptions", responses=responses(404, 422))
async def list_adoptions(session: Reading, actor: Who, case_id: UUID) -> list[AdoptionOut]:
    """List who has taken up a case, in the order they did. Figures stand for themselves, and are not to be added up."""
    found = await queries.readable(session, actor, case_id)
    return [AdoptionOut.model_validate(one.adoption) for one in await asked.adoptions_of(session, found.id)]


@router.post("/cases/{case_id}/adoptions", status_code=201, responses=STEP)
@idempotent(status=201)
async def adopt_case(request: Request, session: Writing, actor: Who, case_id: UUID, given: AdoptionIn) -> AdoptionOut:
    """Take up a case, for an organisation or a region; who has done so already changes their own adoption."""
    return AdoptionOut.model_validate(await adopting.adopt(session, actor, case_id, given))


@router.put("/adoptions/{adoption_id}", responses=STEP)
async def edit_adoption(session: Writing, actor: Who, adoption_id: UUID, given: AdoptionIn) -> AdoptionOut:
    """Tell how far it has come and what it came to; whose it is does not change. Send the `version` you read."""
    return AdoptionOut.model_validate(await adopting.edit(session, actor, adoption_id, given))


@router.post("/adoptions/{adoption_id}/draft", responses=STEP)
@idempotent()
async def start_draft(request: Request, session: Writing, actor: Who, adoption_id: UUID) -> CaseOut:
    """Begin a case of one's own that replicates the one taken up; a second time returns the same. For staff of its region."""
    return await shown(request, session, actor, await adopting.start_draft(session, actor, adoption_id))


@router.post("/cases/{case_id}/questions", status_code=201, responses=responses(401, 403, 404, 409, 422, 429))
@idempotent(status=201)
async def ask_question(request: Request, session: Writing, actor: Who, case_id: UUID, given: QuestionIn) -> QuestionOut:
    """Ask those who answer for a case. The question goes out by mail and is not kept; no address is told."""
    return QuestionOut.model_validate(await questions.ask(session, actor, case_id, given.text))


@router.post("/questions/{question_id}/answered", responses=responses(401, 403, 404, 422))
@idempotent()
async def mark_answered(request: Request, session: Writing, actor: Who, question_id: UUID) -> QuestionOut:
    """Mark a question as answered. Whoever asked may, and those who answer for its case."""
    return QuestionOut.model_validate(await questions.answered(session, actor, question_id))
