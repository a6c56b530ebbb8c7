"""Questions about what partners commit to: accounts, agreements, certificates, plans, goals, projects and fees."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import ClimateAccount, Membership
from shared.web.formats import OSLO


async def account_in_force(session: AsyncSession, organisation_id: UUID, year: int) -> ClimateAccount | None:
    """Return the newest version of an organisation's account for `year`."""
    query = select(ClimateAccount).where(
        ClimateAccount.organisation_id == organisation_id,
        ClimateAccount.year == year,
        col(ClimateAccount.superseded_at).is_(None),
    )
    return (await session.exec(query)).one_or_none()


async def accounts_in_force(
    session: AsyncSession, organisation_ids: Collection[UUID], years: Collection[int]
) -> dict[tuple[UUID, int], ClimateAccount]:
    """Return the newest version of each account, by organisation and year."""
    query = select(ClimateAccount).where(
        col(ClimateAccount.organisation_id).in_(organisation_ids),
        col(ClimateAccount.year).in_(years),
        col(ClimateAccount.superseded_at).is_(None),
    )
    return {(one.organisation_id, one.year): one for one in (await session.exec(query)).all()}


async def account_versions(
    session: AsyncSession, organisation_id: UUID, year: int | None = None
) -> Sequence[ClimateAccount]:
    """Return every version of an organisation's accounts, newest year and version first."""
    query = select(ClimateAccount).where(ClimateAccount.organisation_id == organisation_id)
    if year is not None:
        query = query.where(ClimateAccount.year == year)
    return (
        await session.exec(query.order_by(col(ClimateAccount.year).desc(), col(ClimateAccount.revision).desc()))
    ).all()


async def accounts_as_of(
    session: AsyncSession, year: int, moment: datetime, regions: Collection[str] | None = None
) -> Sequence[ClimateAccount]:
    """Return the accounts for `year` as they stood at `moment`, of those who were members of `regions` (any, for None) on that day.

    Asked again later with the same `moment` the answer is the same, whatever was corrected or moved since. One row for each
    organisation, by organisation; guests of a region are counted where they are members.
    """
    day = moment.astimezone(OSLO).date()
    members = sa.select(col(Membership.organisation_id)).where(
        col(Membership.kind) == "member",
        col(Membership.since) <= day,
        sa.or_(col(Membership.until).is_(None), col(Membership.until) > day),
    )
    if regions is not None:
        members = members.where(col(Membership.region).in_(regions))
    query = select(ClimateAccount).where(
        ClimateAccount.year == year,
        col(ClimateAccount.delivered_at) <= moment,
        sa.or_(col(ClimateAccount.superseded_at).is_(None), col(ClimateAccount.superseded_at) > moment),
        col(ClimateAccount.organisation_id).in_(members),
    )
    return (await session.exec(query.order_by(col(ClimateAccount.organisation_id)))).all()
