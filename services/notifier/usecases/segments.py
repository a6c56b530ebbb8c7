"""Who belongs to saved groups: whoever comes to one is invited to what is ahead for it, whoever goes stays invited."""

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifier.models import MERGED, Segment, Webinar
from services.notifier.tables import alone, segment_member
from services.notifier.usecases.audiences import invite_late
from shared.auth.forgetting import forgotten_among
from shared.auth.merged import standing_among
from shared.clock import now
from shared.contracts.partners import SegmentStated


async def note_segment(session: AsyncSession, fact: SegmentStated) -> None:
    """Take over who belongs, without those who are erased, and invite those who came."""
    connection = await alone(session, f"segment {fact.segment_id}")
    known = await session.get(Segment, fact.segment_id, populate_existing=True)
    if known is not None and known.version >= fact.version:
        return
    await session.merge(Segment(segment_id=fact.segment_id, version=fact.version))
    await session.flush()
    await connection.execute(sa.delete(segment_member).where(segment_member.c.segment_id == fact.segment_id))
    people = await standing_among(session, MERGED, set(fact.person_ids) if fact.active else ())
    people -= await forgotten_among(session, people)
    if people:
        rows = [{"segment_id": fact.segment_id, "person_id": person_id} for person_id in sorted(people)]
        await connection.execute(sa.insert(segment_member), rows)
    coming = select(Webinar).where(Webinar.status == "published", Webinar.starts_at > now()).order_by(col(Webinar.id))
    for webinar in (await session.exec(coming)).all():
        if webinar.rule.segment_id == fact.segment_id:
            await invite_late(session, webinar)
