"""Whom webinars may concern, as the registry states it."""

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.models import MERGED, ConcernedPerson, PersonFocusArea, PersonRegion, Region
from services.events.usecases.erasing import erase
from services.events.usecases.merging import carry
from shared.auth.forgetting import forgotten
from shared.auth.merged import standing
from shared.contracts.partners import PersonStated, RegionRecorded


async def note_region(session: AsyncSession, fact: RegionRecorded) -> None:
    """Keep a region as it now is."""
    known = await session.get(Region, fact.region_id, with_for_update=True)
    if known is not None and known.version >= fact.version:
        return
    await session.merge(Region(**fact.model_dump(include=set(Region.model_fields))))


async def note_person(session: AsyncSession, fact: PersonStated) -> None:
    """Keep what decides whether a webinar concerns somebody; one who is erased is forgotten for good, one merged stays so."""
    if fact.erased:
        await erase(session, fact)
        return
    if await forgotten(session, fact.person_id):
        return
    for old in fact.merged_from:
        await carry(session, old, fact.person_id)
    if fact.merged_into is not None:
        await carry(session, fact.person_id, fact.merged_into)
    elif await standing(session, MERGED, fact.person_id) != fact.person_id:
        return
    known = await session.get(ConcernedPerson, fact.person_id, with_for_update=True)
    if known is not None and known.version >= fact.version:
        return
    for table in (PersonRegion, PersonFocusArea):
        await session.exec(sa.delete(table).where(col(table.person_id) == fact.person_id))
    stated = ConcernedPerson(
        person_id=fact.person_id,
        version=fact.version,
        language=fact.language,
        active=fact.active,
    )
    await session.merge(stated)
    await session.flush()
    session.add_all(PersonRegion(person_id=fact.person_id, region=region) for region in sorted(set(fact.regions)))
    session.add_all(
        PersonFocusArea(person_id=fact.person_id, focus_area=area) for area in sorted(set(fact.focus_areas))
    )
