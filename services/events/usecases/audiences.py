"""Whom webinars may concern, as the registry states it."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.models import ConcernedPerson, PersonFocusArea, PersonRegion, Region, Registration, Webinar
from shared.clock import now
from shared.contracts.partners import PersonStated, RegionRecorded
from shared.ids import new_id


async def note_region(session: AsyncSession, fact: RegionRecorded) -> None:
    """Keep a region as it now is."""
    known = await session.get(Region, fact.region_id, with_for_update=True)
    if known is not None and known.version >= fact.version:
        return
    await session.merge(Region(**fact.model_dump(include=set(Region.model_fields))))


async def note_person(session: AsyncSession, fact: PersonStated) -> None:
    """Keep what decides whether a webinar concerns somebody; of one who is erased only the id and the version stay."""
    known = await session.get(ConcernedPerson, fact.person_id, with_for_update=True)
    if known is not None and known.version >= fact.version:
        return
    for table in (PersonRegion, PersonFocusArea):
        await session.exec(sa.delete(table).where(col(table.person_id) == fact.person_id))
    stated = ConcernedPerson(
        person_id=fact.person_id,
        version=fact.version,
        language=fact.language,
        active=fact.active and not fact.erased,
        erased=fact.erased,
    )
    await session.merge(stated)
    await session.flush()
    if fact.erased:
        await _forget(session, fact.person_id)
        return
    session.add_all(PersonRegion(person_id=fact.person_id, region=region) for region in sorted(set(fact.regions)))
    session.add_all(
        PersonFocusArea(person_id=fact.person_id, focus_area=area) for area in sorted(set(fact.focus_areas))
    )


async def _forget(session: AsyncSession, person_id: UUID) -> None:
    ahead = select(Webinar.id).where(col(Webinar.starts_at) > now())
    own = col(Registration.person_id) == person_id
    await session.exec(sa.delete(Registration).where(own, col(Registration.webinar_id).in_(ahead)))
    # Past webinars keep their numbers: each answer goes on under an id that means nobody.
    for answer in (await session.exec(select(Registration).where(own))).all():
        answer.person_id = new_id()
        session.add(answer)
