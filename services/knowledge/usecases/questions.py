"""Asking those behind a case without seeing their address: the question goes out by mail, and the answer straight back."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge import queries
from services.knowledge.errors import NobodyAnswers, TooManyAsked
from services.knowledge.models import Case, Question
from services.knowledge.queries import people
from services.knowledge.usecases import letters
from services.knowledge.usecases.introducing import case_target
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import can, require
from shared.clock import now
from shared.contracts.knowledge import LibraryLetterContent
from shared.errors import Forbidden, NotFound

DAY = timedelta(days=1)
MOST_A_DAY = 5
"""So many questions somebody may ask in a day."""


async def ask(session: AsyncSession, actor: Actor | None, case_id: UUID, text: str) -> Question:
    """Send a question to those who answer for a case; raises NotFound, Forbidden, TooManyAsked, NobodyAnswers."""
    asker = require(actor, "case.ask")
    case = await queries.case(session, case_id)
    if case.status != "published":
        raise NotFound
    lately = select(sa.func.count()).where(Question.asker_id == asker.person_id, col(Question.asked_at) > now() - DAY)
    if (await session.exec(lately)).one() >= MOST_A_DAY:
        raise TooManyAsked(most=MOST_A_DAY)
    asked = [one for one in await people.answerers(session, case) if one != asker.person_id]
    if not asked:
        raise NobodyAnswers
    made = Question(case_id=case_id, asker_id=asker.person_id)
    session.add(made)
    await session.flush()
    organisation = await queries.organisation(session, asker.sole_organisation)
    told = LibraryLetterContent(
        title=case.title,
        organisation=organisation.name if organisation else "",
        text=text,
        path=f"/cases/questions/{made.id}",
    )
    audit.note(session, asker, "question.asked", audit.Subject("case", case.id, [case.region]))
    await letters.ask(session, "case_question", asked, made.id, told, reply_to_id=asker.person_id)
    return made


async def open_to(
    session: AsyncSession, actor: Actor | None, question_id: UUID, *, locked: bool = False
) -> tuple[Question, Case]:
    """Return a question with its case, for whoever asked it and those who answer for the case; raises NotFound, Forbidden."""
    who = require(actor, "profile.edit")
    query = select(Question).where(Question.id == question_id)
    found = (await session.exec(query.with_for_update() if locked else query)).one_or_none()
    if found is None:
        raise NotFound
    case = await queries.case(session, found.case_id)
    if found.asker_id != who.person_id and not can(who, "case.answer", case_target(case)):
        raise Forbidden
    return found, case


async def answered(session: AsyncSession, actor: Actor | None, question_id: UUID) -> Question:
    """Mark a question as answered; raises NotFound, Forbidden. A second time changes nothing."""
    found, case = await open_to(session, actor, question_id, locked=True)
    if found.answer():
        session.add(found)
        audit.note(session, actor, "question.answered", audit.Subject("case", case.id, [case.region]))
    return found
