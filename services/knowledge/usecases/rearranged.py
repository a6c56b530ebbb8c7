"""Cases and needs whose region was split, merged or renamed: they go along, and keep where they were published."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import Adoption, Case, Need, Rearrangement, Revision
from shared.contracts.partners import RegionsRearranged
from shared.db.locks import hold
from shared.db.session import ring

REGIONS = "regions"
"""What is held alone while cases change their region, and together by whoever puts one into a region."""


async def note_rearranged(session: AsyncSession, fact: RegionsRearranged) -> None:
    """Take over what became of regions, once, and move the cases and needs of those that closed."""
    await hold(session, REGIONS)
    if await session.get(Rearrangement, fact.operation_id) is None:
        session.add(Rearrangement(operation_id=fact.operation_id, at=fact.at, said=fact.model_dump(mode="json")))
        await session.flush()
    await move_cases(session)


async def move_cases(session: AsyncSession) -> int:
    """Move every case and need that is in a region that closed to where it belongs, however many times over; returns how many cases."""
    said = [one.fact for one in (await session.exec(select(Rearrangement).order_by(col(Rearrangement.at)))).all()]
    closed = {slug for fact in said for slug in fact.closed}
    query = select(Case).where(col(Case.region).in_(closed)).order_by(col(Case.id)).with_for_update()
    found = (await session.exec(query, execution_options={"populate_existing": True})).all() if closed else []
    moved = 0
    for case in found:
        region = case.region
        for fact in said:
            region = fact.case_region(region, case.id, case.organisation_id)
        if region != case.region:
            moved += 1
            _move(session, case, region)
    if moved:
        ring(session, "search")
    await _move_others(session, said, closed)
    return moved


async def _move_others(session: AsyncSession, said: Sequence[RegionsRearranged], closed: Collection[str]) -> None:
    if not closed:
        return
    for query in (
        select(Need).where(col(Need.region).in_(closed)),
        select(Adoption).where(col(Adoption.region).in_(closed)),
    ):
        locked: Any = query.with_for_update()
        found: Sequence[Need | Adoption] = (
            await session.exec(locked, execution_options={"populate_existing": True})
        ).all()
        for one in sorted(found, key=lambda each: each.id):
            region = one.region
            for fact in said:
                region = fact.case_region(region, one.id, one.organisation_id)
            if region != one.region:
                one.move(region)
                session.add(one)


def _move(session: AsyncSession, case: Case, region: str) -> None:
    before: dict[str, Any] = {"region": case.region}
    case.move(region)
    session.add(case)
    session.add(Revision.of(case, "move", None, before))
