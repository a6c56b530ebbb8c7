"""The rows of cases: figures, funding, who took part, relations, translations."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import (
    SECTIONS,
    Case,
    Contributor,
    Funding,
    Impact,
    Organisation,
    Relation,
    Revision,
    Translation,
)
from services.knowledge.models.costs import Derived, nok_per_tonne, payback_years
from services.knowledge.models.impact import tonnes_in_total, tonnes_per_year
from services.knowledge.schemas import ContributorIn, FundingIn, ImpactIn, RelationIn
from services.knowledge.schemas.rows import Row
from shared.contracts.vocabulary import Language

TEXTS = {"title", "summary", *SECTIONS}
MOST_LINKING = 50
KINDS: dict[str, tuple[type[Any], type[Row]]] = {
    "impacts": (Impact, ImpactIn),
    "fundings": (Funding, FundingIn),
    "contributors": (Contributor, ContributorIn),
    "relations": (Relation, RelationIn),
}
"""Each kind of row: its table, and what of it people write."""


@dataclass
class Rows:
    """The rows of one case, in order."""

    impacts: list[ImpactIn] = field(default_factory=list)
    fundings: list[FundingIn] = field(default_factory=list)
    contributors: list[ContributorIn] = field(default_factory=list)
    relations: list[RelationIn] = field(default_factory=list)
    translations: list[Translation] = field(default_factory=list)

    def payback(self, case: Case) -> Derived:
        """Return after how many years the case's investment is earned back."""
        return payback_years(case.cost)

    def price(self, case: Case) -> Derived:
        """Return what a tonne less costs, in kroner."""
        return nok_per_tonne(case.cost, tonnes_per_year(self.impacts), tonnes_in_total(self.impacts))

    @property
    def tonnes(self) -> Decimal | None:
        """Tonnes of CO2 equivalents a year."""
        return tonnes_per_year(self.impacts)

    def translation(self, language: Language) -> Translation | None:
        """Return the case in another language, where somebody has told it in that."""
        return next((one for one in self.translations if one.language == language), None)


async def rows_of(session: AsyncSession, case_ids: Iterable[UUID]) -> dict[UUID, Rows]:
    """Return the rows of each of these cases."""
    found = {case_id: Rows() for case_id in case_ids}
    if not found:
        return found
    for name, (table, shape) in KINDS.items():
        query = select(table).where(col(table.case_id).in_(found)).order_by(col(table.case_id), col(table.position))
        for row in (await session.exec(query)).all():
            getattr(found[row.case_id], name).append(shape.model_validate(row))
    told = select(Translation).where(col(Translation.case_id).in_(found)).order_by(col(Translation.language))
    for translation in (await session.exec(told)).all():
        found[translation.case_id].translations.append(translation)
    return found


async def told_in(session: AsyncSession, case_ids: Iterable[UUID], language: Language) -> dict[UUID, Translation]:
    """Return the cases among these that are told in `language` beside their own."""
    query = select(Translation).where(col(Translation.case_id).in_(list(case_ids)), Translation.language == language)
    return {row.case_id: row for row in (await session.exec(query)).all()}


async def retold_in(session: AsyncSession, case_id: UUID) -> list[int]:
    """Return the versions of a case in which its texts changed."""
    query = select(Revision.version, Revision.fields).where(Revision.case_id == case_id)
    rows = (await session.exec(query.where(col(Revision.action).in_(("edit", "load"))))).all()
    return [version for version, fields in rows if TEXTS.intersection(fields)]


async def linked(session: AsyncSession, rows: Rows) -> dict[UUID, Case]:
    """Return the published cases that a case has relations to."""
    ids = [row.target_id for row in rows.relations if row.target_id is not None]
    query = select(Case).where(col(Case.id).in_(ids), Case.status == "published")
    return {case.id: case for case in (await session.exec(query)).all()} if ids else {}


async def linking(session: AsyncSession, case_id: UUID) -> list[tuple[str, Case]]:
    """Return the published cases that have a relation to this one, each with its kind, the newest first."""
    query = select(Relation.kind, Case).join(Case, col(Case.id) == Relation.case_id)
    query = query.where(Relation.target_id == case_id, Case.status == "published")
    return list((await session.exec(query.order_by(col(Case.published_at).desc()).limit(MOST_LINKING))).all())


async def known_cases(session: AsyncSession, ids: Iterable[UUID]) -> set[UUID]:
    """Return those of `ids` that are cases."""
    wanted = set(ids)
    return set((await session.exec(select(Case.id).where(col(Case.id).in_(wanted)))).all()) if wanted else set()


async def organisation_names(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of those of `ids` that the registry has told of."""
    wanted = set(ids)
    if not wanted:
        return {}
    query = select(Organisation.id, Organisation.name).where(col(Organisation.id).in_(wanted))
    return dict((await session.exec(query)).all())
