"""What the library remembers of the registry: regions and organisations."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import Adoption, Case, Contributor, Need, Organisation, Region, Revision
from shared.contracts.partners import OrganisationRecorded, RegionRecorded
from shared.db.session import ring

NAMES = ("name_nb", "name_nn", "name_en", "parallel_names")


async def note_region(session: AsyncSession, fact: RegionRecorded) -> None:
    """Remember a region; where its names are new, its cases are indexed anew, for they are found by them."""
    known = await session.get(Region, fact.slug)
    if known is not None and known.version >= fact.version:
        return
    told = Region(**fact.model_dump(include=set(Region.model_fields)))
    renamed = known is None or any(getattr(known, name) != getattr(told, name) for name in NAMES)
    await session.merge(told)
    if renamed:
        its = sa.or_(col(Case.region) == fact.slug, col(Case.historic_region) == fact.slug)
        behind = sa.update(Case).where(its, col(Case.status) == "published")
        await (await session.connection()).execute(behind.values(indexed_version=0))
        ring(session, "search")


async def note_organisation(session: AsyncSession, fact: OrganisationRecorded) -> None:
    """Remember an organisation; the cases of one that turned out to be a double are those of what took its place."""
    known = await session.get(Organisation, fact.organisation_id)
    if known is not None and known.version >= fact.version:
        return
    row = Organisation(
        id=fact.organisation_id, name=fact.name, regions=fact.regions, active=fact.active, version=fact.version
    )
    await session.merge(row)
    if fact.merged_into is not None:
        await _pass_on(session, fact.organisation_id, fact.merged_into)


async def _pass_on(session: AsyncSession, double: UUID, survivor: UUID) -> None:
    taking_part = sa.update(Contributor).where(col(Contributor.organisation_id) == double)
    await (await session.connection()).execute(taking_part.values(organisation_id=survivor))
    for table in (Need, Adoption):
        its = sa.update(table).where(col(table.organisation_id) == double)
        await (await session.connection()).execute(its.values(organisation_id=survivor))
    query = select(Case).where(Case.organisation_id == double).order_by(col(Case.id)).with_for_update()
    cases = (await session.exec(query, execution_options={"populate_existing": True})).all()
    for case in cases:
        before = {"organisation_id": str(double)}
        case.pass_to(survivor)
        session.add(case)
        session.add(Revision.of(case, "move", None, before))
    if cases:
        ring(session, "search")
