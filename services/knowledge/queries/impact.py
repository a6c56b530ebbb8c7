"""The figures of all published cases, put together where they are alike, for the board to add up."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.impactboard import Alike
from services.knowledge.models import Case, Impact


async def alike(session: AsyncSession) -> list[Alike]:
    """Return the figures of published cases, and the cases without any; the database has put together what is alike."""
    keys = [
        col(Case.region), col(Case.focus_areas), col(Case.scopes), col(Case.year_start), col(Case.year_end),
        col(Case.project_status), col(Impact.metric), col(Impact.unit), col(Impact.per), col(Impact.scope),
        col(Impact.method), col(Impact.verified_by), col(Impact.shared_with),
    ]  # fmt: skip
    value = sa.func.sum(Impact.value, type_=Impact.__table__.c.value.type)  # type: ignore[attr-defined]
    query = sa.select(*keys, value.label("value"), sa.func.count().label("number"))
    query = query.outerjoin_from(Case, Impact, col(Impact.case_id) == col(Case.id))
    query = query.where(col(Case.status) == "published").group_by(*keys)
    return [_one(row) for row in (await (await session.connection()).execute(query)).all()]


def _one(row: Any) -> Alike:
    at_all = {
        "region": row.region,
        "focus_areas": tuple(row.focus_areas),
        "scopes": tuple(row.scopes),
        "year": row.year_start or row.year_end,
        "stopped": row.project_status == "stopped",
        "number": row.number,
    }
    if row.metric is None:
        return Alike(**at_all)
    figure = {name: getattr(row, name) for name in ("metric", "unit", "per", "scope", "method", "verified_by", "value")}
    return Alike(**at_all, **figure, shared=bool(row.shared_with))
