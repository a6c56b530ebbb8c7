"""Saved groups of people that a webinar can be held for, as the registry states them."""

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.models import MERGED, Segment, SegmentMember
from shared.auth.forgetting import forgotten_among
from shared.auth.merged import standing_among
from shared.contracts.partners import SegmentStated


async def note_segment(session: AsyncSession, fact: SegmentStated) -> None:
    """Keep who belongs to a segment, by the records that stand for them; those who are erased are left out."""
    known = await session.get(Segment, fact.segment_id, with_for_update=True)
    if known is not None and known.version >= fact.version:
        return
    await session.merge(Segment(**fact.model_dump(include=set(Segment.model_fields))))
    await session.flush()
    await session.exec(sa.delete(SegmentMember).where(col(SegmentMember.segment_id) == fact.segment_id))
    people = await standing_among(session, MERGED, set(fact.person_ids) if fact.active else ())
    people -= await forgotten_among(session, people)
    session.add_all(SegmentMember(segment_id=fact.segment_id, person_id=person_id) for person_id in sorted(people))
