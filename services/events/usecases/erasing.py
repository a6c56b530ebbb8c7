"""Forgetting a person: their answers ahead go, those to past webinars become nobody's."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.models import (
    MERGED,
    ConcernedPerson,
    PersonFocusArea,
    PersonRegion,
    Registration,
    SegmentMember,
    Webinar,
)
from shared import audit
from shared.auth.forgetting import forget
from shared.auth.merged import every_id, forget_merged
from shared.clock import now
from shared.contracts.events import EventsErased
from shared.contracts.partners import PersonStated
from shared.ids import new_id
from shared.outbox import record


async def erase(session: AsyncSession, fact: PersonStated) -> None:
    """Keep nothing that tells who a person was, under any id they had, and say so; done again, it says so again."""
    ids = await every_id(session, MERGED, fact.person_id)
    for person_id in ids:
        await _nothing_of(session, person_id)
    await forget_merged(session, MERGED, ids)
    await record(session, EventsErased(person_id=fact.person_id, version=fact.version))


async def _nothing_of(session: AsyncSession, person_id: UUID) -> None:
    await forget(session, person_id)
    for table in (PersonRegion, PersonFocusArea, SegmentMember, ConcernedPerson):
        await session.exec(sa.delete(table).where(col(table.person_id) == person_id))
    await _answers(session, person_id)
    organised = sa.update(Webinar).where(col(Webinar.organiser_id) == person_id)
    await session.exec(organised.values(organiser_id=None))
    await audit.erase(session, person_id, ())


async def _answers(session: AsyncSession, person_id: UUID) -> None:
    ahead = select(Webinar.id).where(col(Webinar.starts_at) > now())
    own = col(Registration.person_id) == person_id
    await session.exec(sa.delete(Registration).where(own, col(Registration.webinar_id).in_(ahead)))
    # Past webinars keep their numbers: each answer goes on under an id that means nobody.
    for answer in (await session.exec(select(Registration).where(own))).all():
        answer.person_id = new_id()
        session.add(answer)
