"""What the library takes away when its time is over, by class of personal data (shared/retention.py)."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import Match, Need, Question
from shared.retention import Remove


async def needs(session: AsyncSession, before: datetime) -> int:
    """Have needs that ended long ago, and their matches, tell no more who was behind them."""
    over = col(Need.closed_at) < before
    ended = sa.select(col(Need.id)).where(over)
    named = sa.or_(
        col(Match.asked_by).is_not(None),
        col(Match.answered_by).is_not(None),
        col(Match.decline_reason) != "",
        col(Match.helped_text) != "",
    )
    nobody = {"asked_by": None, "answered_by": None, "decline_reason": "", "helped_text": ""}
    connection = await session.connection()
    matches = sa.update(Match).where(col(Match.need_id).in_(ended), named).values(nobody)
    posted = sa.update(Need).where(over, col(Need.poster_id).is_not(None)).values(poster_id=None)
    gone = [(await connection.execute(change)).rowcount for change in (matches, posted)]
    return sum(gone)


async def questions(session: AsyncSession, before: datetime) -> int:
    """Have questions of long ago tell no more who asked; how soon they were answered stays."""
    old = sa.update(Question).where(col(Question.asked_at) < before, col(Question.asker_id).is_not(None))
    return int((await (await session.connection()).execute(old.values(asker_id=None))).rowcount)


REMOVES: Mapping[str, Remove] = {"needs": needs, "questions": questions}
