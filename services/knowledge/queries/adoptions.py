"""Questions about adoptions, and about how soon those behind a case answer."""

from dataclasses import dataclass
from statistics import median
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import COUNTED, Adoption, Case, Organisation, Question
from services.knowledge.schemas import ImpactIn
from shared.errors import NotFound

FEWEST = 3
"""With fewer answers, how soon they came says nothing, and might say who."""
LOOKED_BACK = 50


@dataclass(frozen=True)
class Adopted:
    """An adoption with its organisation, where it has one, and the case written about it, where that is public."""

    adoption: Adoption
    organisation: Organisation | None
    local: Case | None

    @property
    def figures(self) -> list[ImpactIn]:
        """Their own figures, each for itself."""
        return [ImpactIn.model_validate(row) for row in self.adoption.impacts]


@dataclass(frozen=True)
class Answering:
    """How soon questions are answered, in whole days, and how many that is of."""

    days: int
    questions: int


async def adoption(session: AsyncSession, adoption_id: UUID) -> Adoption:
    """Return an adoption; raises NotFound."""
    found = await session.get(Adoption, adoption_id)
    if found is None:
        raise NotFound
    return found


async def adoptions_of(session: AsyncSession, case_id: UUID) -> list[Adopted]:
    """Return who has taken up a case, in the order they did."""
    query: Any = (
        select(Adoption, Organisation, Case)
        .outerjoin(Organisation, col(Organisation.id) == Adoption.organisation_id)
        .outerjoin(Case, sa.and_(col(Case.id) == Adoption.draft_id, col(Case.status) == "published"))
        .where(Adoption.case_id == case_id)
        .order_by(col(Adoption.created_at), col(Adoption.id))
    )
    return [Adopted(*row) for row in (await session.exec(query)).all()]


async def count_of(session: AsyncSession, case_id: UUID) -> int:
    """Return how many others do what a case tells of."""
    counted = select(sa.func.count()).where(Adoption.case_id == case_id, col(Adoption.status).in_(COUNTED))
    return (await session.exec(counted)).one()


async def origin_of(session: AsyncSession, case_id: UUID) -> Case | None:
    """Return the case that this one was written after as an adoption, whether it is still in the library or not."""
    query = select(Case).join(Adoption, col(Adoption.case_id) == Case.id).where(Adoption.draft_id == case_id)
    return (await session.exec(query.where(col(Case.status).in_(("published", "archived"))))).first()


async def answering(session: AsyncSession, case: Case) -> Answering | None:
    """Return how soon questions about a case are answered, else those about its organisation's; None with fewer than three answers."""
    found = await _answered(session, Question.case_id == case.id)
    if found is None and case.organisation_id is not None:
        its = select(Case.id).where(Case.organisation_id == case.organisation_id)
        found = await _answered(session, col(Question.case_id).in_(its))
    return found


async def _answered(session: AsyncSession, which: Any) -> Answering | None:
    query = select(Question).where(which, col(Question.answered_at).is_not(None))
    rows = (await session.exec(query.order_by(col(Question.asked_at).desc()).limit(LOOKED_BACK))).all()
    days = [(row.answered_at - row.asked_at).total_seconds() / 86_400 for row in rows if row.answered_at]
    return Answering(max(1, round(median(days))), len(days)) if len(days) >= FEWEST else None
