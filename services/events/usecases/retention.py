"""What events takes away when its time is over, by class of personal data (shared/retention.py)."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.models import ConcernedPerson, Registration, Webinar
from shared.ids import new_id
from shared.retention import Remove

MOST = 1_000


async def answers(session: AsyncSession, before: datetime) -> int:
    """Make the answers to webinars of long ago nobody's; their numbers stay."""
    over = sa.select(col(Webinar.id)).where(col(Webinar.ends_at) < before)
    known = sa.select(col(ConcernedPerson.person_id))
    query = select(Registration).where(col(Registration.webinar_id).in_(over), col(Registration.person_id).in_(known))
    found = (await session.exec(query.limit(MOST))).all()
    for answer in found:
        answer.person_id = new_id()
        session.add(answer)
    return len(found)


REMOVES: Mapping[str, Remove] = {"answers": answers}
