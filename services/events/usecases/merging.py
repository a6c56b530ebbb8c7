"""Two records that turned out to be one person: what is known under the one's id is the other's from now on."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.models import MERGED, ConcernedPerson, Registration, SegmentMember, Webinar
from services.events.usecases.registrations import told
from shared.auth.merged import note_merged
from shared.outbox import record


async def carry(session: AsyncSession, person_id: UUID, into: UUID) -> None:
    """Have all that is `person_id`'s be `into`'s; may be done again. Where both answered, the stronger answer stands."""
    survivor = await note_merged(session, MERGED, person_id, into)
    if survivor is None:
        return
    known = sa.update(ConcernedPerson).where(col(ConcernedPerson.person_id) == person_id)
    await session.exec(known.values(active=False))
    await _answers(session, person_id, survivor)
    organised = sa.update(Webinar).where(col(Webinar.organiser_id) == person_id)
    await session.exec(organised.values(organiser_id=survivor))
    already = sa.select(col(SegmentMember.segment_id)).where(col(SegmentMember.person_id) == survivor)
    member = col(SegmentMember.person_id) == person_id
    await session.exec(sa.delete(SegmentMember).where(member, col(SegmentMember.segment_id).in_(already)))
    await session.exec(sa.update(SegmentMember).where(member).values(person_id=survivor))


async def _answers(session: AsyncSession, person_id: UUID, survivor: UUID) -> None:
    given = {one.webinar_id: one for one in await _given(session, survivor)}
    for answer in await _given(session, person_id):
        other = given.get(answer.webinar_id)
        stands, goes = sorted((answer, other), key=lambda one: one.weight) if other else (answer, None)
        if goes is not None:
            await session.delete(goes)
            await session.flush()
        stands.pass_to(survivor, goes)
        session.add(stands)
        await session.flush()
        # Told as of when it was given: that records were merged is no sign of life.
        more = {"at": stands.updated_at, "instead_of": goes.id if goes else None}
        await record(session, told(stands).model_copy(update=more))


async def _given(session: AsyncSession, person_id: UUID) -> list[Registration]:
    query = select(Registration).where(Registration.person_id == person_id).order_by(col(Registration.webinar_id))
    found = await session.exec(query.with_for_update(), execution_options={"populate_existing": True})
    return list(found.all())
