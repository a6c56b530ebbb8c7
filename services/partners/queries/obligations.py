"""Questions about what partners commit to: accounts, agreements, certificates, plans, goals, projects and fees."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Agreement, Certification, ClimateAccount, Fee, Goal, Membership, StoredFile
from services.partners.models.obligations import Held
from services.partners.queries.dated import known_member_on
from shared.clock import OSLO, now
from shared.errors import NotFound

H = TypeVar("H", bound=Held)


async def account_in_force(session: AsyncSession, organisation_id: UUID, year: int) -> ClimateAccount | None:
    """Return the newest version of an organisation's account for `year`."""
    query = select(ClimateAccount).where(
        ClimateAccount.organisation_id == organisation_id,
        ClimateAccount.year == year,
        col(ClimateAccount.superseded_at).is_(None),
    )
    return (await session.exec(query)).one_or_none()


async def last_revision(session: AsyncSession, organisation_id: UUID, year: int) -> int:
    """Return the highest revision of an organisation's accounts for `year`, 0 where there is none."""
    return (await last_revisions(session, [organisation_id], [year])).get((organisation_id, year), 0)


async def last_revisions(
    session: AsyncSession, organisation_ids: Collection[UUID], years: Collection[int]
) -> dict[tuple[UUID, int], int]:
    """Return the highest revision of each account, by organisation and year, where there is one."""
    key = (col(ClimateAccount.organisation_id), col(ClimateAccount.year))
    query = select(*key, sa.func.max(ClimateAccount.revision)).where(key[0].in_(organisation_ids), key[1].in_(years))
    return {(one, year): revision for one, year, revision in (await session.exec(query.group_by(*key))).all()}


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

    Asked again later with the same `moment` the answer is the same, whatever was corrected, moved, merged or entered since. By
    organisation, one row for each; guests of a region are counted where they are members.
    """
    day = moment.astimezone(OSLO).date()
    members = sa.select(col(Membership.organisation_id)).where(known_member_on(day, moment))
    if regions is not None:
        members = members.where(col(Membership.region).in_(regions))
    query = select(ClimateAccount).where(
        ClimateAccount.year == year,
        sa.func.coalesce(ClimateAccount.recorded_at, ClimateAccount.delivered_at) <= moment,
        sa.or_(col(ClimateAccount.superseded_at).is_(None), col(ClimateAccount.superseded_at) > moment),
        col(ClimateAccount.organisation_id).in_(members),
    )
    return (await session.exec(query.order_by(col(ClimateAccount.organisation_id)))).all()


async def goal_of(session: AsyncSession, organisation_id: UUID) -> Goal | None:
    """Return the goal in force."""
    query = select(Goal).where(Goal.organisation_id == organisation_id, col(Goal.removed_at).is_(None))
    return (await session.exec(query)).one_or_none()


async def agreements_of(session: AsyncSession, organisation_ids: Collection[UUID]) -> list[Agreement]:
    """Return agreements, newest first."""
    query = select(Agreement).where(col(Agreement.organisation_id).in_(organisation_ids))
    newest = query.order_by(col(Agreement.signed_on).desc(), col(Agreement.created_at).desc())
    return list((await session.exec(newest)).all())


async def held_by(session: AsyncSession, kind: type[H], organisation_ids: Collection[UUID]) -> list[H]:
    """Return what organisations hold of `kind`, without what was taken away, newest first."""
    query = select(kind).where(col(kind.organisation_id).in_(organisation_ids), col(kind.removed_at).is_(None))
    return list((await session.exec(query.order_by(col(kind.created_at).desc(), col(kind.id)))).all())


async def held_item(session: AsyncSession, kind: type[H], organisation_id: UUID, item_id: UUID) -> H:
    """Return one of the things an organisation holds; raises NotFound."""
    found = next((one for one in await held_by(session, kind, [organisation_id]) if one.id == item_id), None)
    if found is None:
        raise NotFound
    return found


async def fees_of(session: AsyncSession, organisation_ids: Collection[UUID], years: Collection[int]) -> list[Fee]:
    """Return what is noted of the fees of `years`."""
    query = select(Fee).where(col(Fee.organisation_id).in_(organisation_ids), col(Fee.year).in_(years))
    return list((await session.exec(query)).all())


async def stored_file(session: AsyncSession, organisation_id: UUID, file_id: UUID) -> StoredFile:
    """Return a file of an organisation's with its bytes; raises NotFound."""
    found = await session.get(StoredFile, file_id)
    if found is None or found.organisation_id != organisation_id:
        raise NotFound
    return found


@dataclass(frozen=True)
class PublicObligations:
    """What everybody may see: published accounts, newest year first, and certificates that are valid today."""

    accounts: Sequence[ClimateAccount]
    certifications: Sequence[Certification]


async def public_obligations(session: AsyncSession, organisation_id: UUID) -> PublicObligations:
    """Return what an organisation lets everybody see of its obligations."""
    today = now().astimezone(OSLO).date()
    versions = await account_versions(session, organisation_id)
    published = [one for one in versions if one.published and one.superseded_at is None]
    held = await held_by(session, Certification, [organisation_id])
    valid = [one for one in held if one.planned_on is None and (one.valid_from or today) <= today]
    return PublicObligations(published, [one for one in valid if one.valid_to is None or one.valid_to >= today])
