"""Webinars whose regions were split, merged or renamed: what is ahead goes along, what is past stays as it was."""

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.models import Rearrangement, Webinar
from shared.contracts.partners import RegionsRearranged
from shared.db.locks import hold

REGIONS = "regions"
"""What is held alone while webinars change their regions, and together by whoever chooses regions for one."""


async def note_rearranged(session: AsyncSession, fact: RegionsRearranged) -> None:
    """Take over what became of regions, once, and have the webinars ahead be for what came after those that closed."""
    await hold(session, REGIONS)
    if await session.get(Rearrangement, fact.operation_id) is None:
        session.add(Rearrangement(operation_id=fact.operation_id, at=fact.at, said=fact.model_dump(mode="json")))
        await session.flush()
    await move_webinars(session)


async def move_webinars(session: AsyncSession) -> int:
    """Have every webinar that began after its region closed, or is a draft, be for what came after; returns how many."""
    said = [one.fact for one in (await session.exec(select(Rearrangement).order_by(col(Rearrangement.at)))).all()]
    if not any(fact.closed for fact in said):
        return 0
    first = min(fact.at for fact in said)
    concerned = sa.or_(col(Webinar.starts_at) > first, col(Webinar.status) == "draft")
    query = select(Webinar).where(col(Webinar.scope) == "regions", concerned).order_by(col(Webinar.id))
    moved = 0
    for webinar in (await session.exec(query.with_for_update(), execution_options={"populate_existing": True})).all():
        regions = webinar.regions
        for fact in said:
            if webinar.status == "draft" or webinar.starts_at > fact.at:
                regions = fact.webinar_regions(regions, webinar.id)
        if regions != webinar.regions:
            webinar.move(regions)
            session.add(webinar)
            moved += 1
    return moved
