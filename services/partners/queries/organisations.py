"""Questions about organisations."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Membership, Organisation, PartnerCase
from services.partners.queries.dated import running
from services.partners.queries.holding import keep_regions
from shared.errors import NotFound


async def organisation(session: AsyncSession, organisation_id: UUID, *, to_change: bool = False) -> Organisation:
    """Return an organisation, locked where it is to be changed; raises NotFound, then also for a double that was merged."""
    if to_change:
        await keep_regions(session)
    found = await session.get(Organisation, organisation_id, with_for_update=to_change or None)
    if found is None or (to_change and found.merged_into):
        raise NotFound
    return found


async def organisation_by_number(session: AsyncSession, org_number: str) -> Organisation | None:
    """Return the organisation with this number; the one that took its place, where it was a double."""
    query = select(Organisation).where(Organisation.org_number == org_number)
    found = (await session.exec(query)).one_or_none()
    return await survivor(session, found) if found else None


async def survivor(session: AsyncSession, found: Organisation) -> Organisation:
    """Return what took the place of an organisation, through however many merges; itself where nothing did."""
    while found.merged_into is not None:
        found = await session.get_one(Organisation, found.merged_into)
    return found


async def regions_of(session: AsyncSession, organisation_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Return the slugs of the running memberships of each organisation."""
    query = select(Membership).where(col(Membership.organisation_id).in_(organisation_ids), running(Membership))
    found: dict[UUID, list[str]] = {organisation_id: [] for organisation_id in organisation_ids}
    for membership in (await session.exec(query.order_by(col(Membership.region)))).all():
        found[membership.organisation_id].append(membership.region)
    return found


async def organisations_by_name(session: AsyncSession, regions: Collection[str] | None) -> list[Organisation]:
    """Return the active organisations of `regions`, or all, by name."""
    query = select(Organisation).where(Organisation.active).order_by(col(Organisation.name_order))
    if regions is not None:
        query = query.where(col(Organisation.id).in_(_members(regions)))
    return list((await session.exec(query)).all())


async def organisation_names(session: AsyncSession, organisation_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of organisations."""
    query = select(Organisation.id, Organisation.name).where(col(Organisation.id).in_(organisation_ids))
    return dict((await session.exec(query)).all())


async def cases_of(session: AsyncSession, organisation_id: UUID) -> list[PartnerCase]:
    """Return an organisation's published cases, newest first."""
    query = select(PartnerCase).where(PartnerCase.organisation_id == organisation_id, PartnerCase.visible)
    newest = query.order_by(col(PartnerCase.published_at).desc(), col(PartnerCase.case_id))
    return list((await session.exec(newest)).all())


def _members(regions: Collection[str]) -> sa.Select[Any]:
    return sa.select(col(Membership.organisation_id)).where(col(Membership.region).in_(regions), running(Membership))
