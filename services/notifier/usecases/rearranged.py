"""Webinars whose regions were split, merged or renamed: whoever joins later is invited by the new regions, nobody twice."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifier.models import Rearrangement, Webinar
from shared.contracts.partners import RegionsRearranged
from shared.db.locks import hold

REGIONS = "regions"
"""What is held alone while webinars change their regions, and together while one is heard of."""


async def note_rearranged(session: AsyncSession, fact: RegionsRearranged) -> None:
    """Take over what became of regions, once, and have the webinars ahead be for what came after those that closed.

    The audiences that were frozen stay: who has an invitation gets no other.
    """
    await hold(session, REGIONS)
    if await session.get(Rearrangement, fact.operation_id) is None:
        session.add(Rearrangement(operation_id=fact.operation_id, at=fact.at, said=fact.model_dump(mode="json")))
        await session.flush()
    ahead = select(Webinar).where(col(Webinar.starts_at) > fact.at).order_by(col(Webinar.id)).with_for_update()
    for webinar in (await session.exec(ahead, execution_options={"populate_existing": True})).all():
        await settle(session, webinar)


async def settle(session: AsyncSession, webinar: Webinar) -> None:
    """Have a webinar be for what came after regions that closed before it begins. Asked for while REGIONS is held."""
    rule = webinar.rule
    regions = rule.regions
    for one in (await session.exec(select(Rearrangement).order_by(col(Rearrangement.at)))).all():
        if webinar.starts_at > one.at:
            regions = one.fact.webinar_regions(regions, webinar.id)
    if regions != rule.regions:
        webinar.audience = rule.model_copy(update={"regions": regions}).model_dump(mode="json")
        session.add(webinar)
        await session.flush()
