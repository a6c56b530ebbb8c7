"""Questions of those who take the library as open data."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import Case
from services.knowledge.opendata.licences import AS_CC_BY


async def open_cases(session: AsyncSession, after: UUID | None, count: int) -> list[Case]:
    """Return the next published cases after one, by id, that may be handed on under CC BY 4.0."""
    query = select(Case).where(Case.status == "published", col(Case.licence).in_(AS_CC_BY))
    if after is not None:
        query = query.where(col(Case.id) > after)
    return list((await session.exec(query.order_by(col(Case.id)).limit(count))).all())


async def addresses(session: AsyncSession, offset: int, count: int) -> list[tuple[UUID, datetime]]:
    """Return ids of published cases with when each was changed, the oldest first."""
    query = select(Case.id, Case.updated_at).where(Case.status == "published")
    return list((await session.exec(query.order_by(col(Case.id)).offset(offset).limit(count))).all())


async def extent(session: AsyncSession) -> tuple[int, datetime | None]:
    """Return how many cases are published, and when one of them was last changed."""
    query = select(sa.func.count(), sa.func.max(Case.updated_at, type_=Case.__table__.c.updated_at.type))  # type: ignore[attr-defined]
    return (await session.exec(query.select_from(Case).where(Case.status == "published"))).one()
