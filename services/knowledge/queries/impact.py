"""The figures of all published cases, put together where they are alike, for the board to add up."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.impactboard import Alike
from services.knowledge.models import Case, Impact


async def alike(session: AsyncSession) -> list[Alike]:
    """Return the figures of published cases, and the cases without any; the database has put together what is alike."""
    places = [col(Case.region), col(Case.focus_areas), col(Case.scopes), col(Case.year_start), col(Case.year_end)]
    return [_one(row, _place(row)) for row in await _grouped(session, *places, col(Impact.scope))]


async def alike_anywhere(session: AsyncSession) -> list[Alike]:
    """Return the same, with regions, areas, scopes and years put together too: few rows, for sums of the whole alone."""
    return [_one(row, {"region": ""}) for row in await _grouped(session)]


async def _grouped(session: AsyncSession, *places: Any) -> Sequence[Any]:
    keys = [
        col(Case.project_status), col(Impact.metric), col(Impact.unit), col(Impact.per), col(Impact.method),
        col(Impact.verified_by), (col(Impact.shared_with) != "").label("shared"), *places,
    ]  # fmt: skip
    value = sa.func.sum(Impact.value, type_=Impact.__table__.c.value.type)  # type: ignore[attr-defined]
    query = sa.select(*keys, value.label("value"), sa.func.count().label("number"))
    query = query.outerjoin_from(Case, Impact, col(Impact.case_id) == col(Case.id))
    query = query.where(col(Case.status) == "published").group_by(*keys)
    return (await (await session.connection()).execute(query)).all()


def _place(row: Any) -> dict[str, Any]:
    return {
        "region": row.region,
        "focus_areas": tuple(row.focus_areas),
        "scopes": tuple(row.scopes),
        "year": row.year_start or row.year_end,
        "scope": row.scope,
    }


def _one(row: Any, place: dict[str, Any]) -> Alike:
    at_all = {**place, "stopped": row.project_status == "stopped", "number": row.number}
    if row.metric is None:
        return Alike(**at_all)
    figure = {name: getattr(row, name) for name in ("metric", "unit", "per", "method", "verified_by", "value")}
    return Alike(**at_all, **figure, shared=bool(row.shared))
