"""The directory: who is in it, narrowed by facets whose counts stay selectable inside their own group."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import LEVELS, FormerName, Level, Membership, Organisation
from services.partners.queries.dated import running
from services.partners.queries.matching import containing
from services.partners.visibility import DEFAULTS
from shared.contracts.vocabulary import Sector

Group = Literal["region", "sector", "theme", "offers", "needs"]
Sort = Literal["name", "newest"]
GROUPS: tuple[Group, ...] = ("region", "sector", "theme", "offers", "needs")


@dataclass(frozen=True)
class Filter:
    """What the directory is narrowed to: any of the values within a group, and all groups together."""

    q: str = ""
    regions: tuple[str, ...] = ()
    sectors: tuple[Sector, ...] = ()
    themes: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    sort: Sort = "name"

    def chosen(self, group: Group) -> tuple[str, ...]:
        """Return what is chosen in a group."""
        by_group: Mapping[Group, tuple[str, ...]] = {
            "region": self.regions,
            "sector": self.sectors,
            "theme": self.themes,
            "offers": self.offers,
            "needs": self.needs,
        }
        return by_group[group]


@dataclass(frozen=True)
class Faceted:
    """Who fits, in their order, and how many would with each value of a group chosen, whatever is chosen of that group now."""

    ids: list[UUID]
    counts: dict[Group, Counter[str]]


async def faceted(session: AsyncSession, wanted: Filter, level: Level = "public") -> Faceted:
    """Return who fits. Topics that somebody of `level` may not see count for nothing: neither found nor counted."""
    found = await _values(session, wanted, level)
    counts: dict[Group, Counter[str]] = {group: Counter() for group in GROUPS}
    ids = []
    for organisation_id, values in found:
        missed = [group for group in GROUPS if wanted.chosen(group) and not values[group] & {*wanted.chosen(group)}]
        if not missed:
            ids.append(organisation_id)
        for group in GROUPS:
            if not missed or missed == [group]:
                counts[group].update(values[group])
    return Faceted(ids, counts)


async def _values(session: AsyncSession, wanted: Filter, level: Level) -> list[tuple[UUID, dict[Group, set[str]]]]:
    regions: dict[UUID, set[str]] = {}
    members = select(Membership.organisation_id, Membership.region).where(running(Membership))
    for organisation_id, slug in (await session.exec(members)).all():
        regions.setdefault(organisation_id, set()).add(slug)
    order = (
        (col(Organisation.created_at).desc(), col(Organisation.id).desc())
        if wanted.sort == "newest"
        else (col(Organisation.name_order), col(Organisation.id))
    )
    columns = sa.select(
        *(col(Organisation.id), col(Organisation.sector), col(Organisation.nace_theme)),
        *(col(Organisation.offers), col(Organisation.needs), col(Organisation.visibility)),
    )
    rows = (await (await session.connection()).execute(columns.where(*_matching(wanted.q)).order_by(*order))).all()
    return [
        (
            row.id,
            {
                "region": regions.get(row.id, set()),
                "sector": {row.sector},
                "theme": {row.nace_theme} if row.nace_theme else set(),
                "offers": _seen(row.offers, row.visibility, "offers", level),
                "needs": _seen(row.needs, row.visibility, "needs", level),
            },
        )
        for row in rows
    ]


def _seen(codes: list[str], visibility: Mapping[str, Level], field: str, level: Level) -> set[str]:
    allowed = visibility.get(field, DEFAULTS[field])
    return set(codes) if LEVELS.index(allowed) <= LEVELS.index(level) else set()


def _matching(q: str) -> list[sa.ColumnElement[bool]]:
    active = col(Organisation.active).is_(True)
    if not q:
        return [active]
    pattern, digits = containing(q), "".join(q.split())
    once = sa.select(col(FormerName.organisation_id)).where(col(FormerName.name_folded).like(pattern, escape="\\"))
    found = sa.or_(
        col(Organisation.name_folded).like(pattern, escape="\\"),
        col(Organisation.org_number) == digits,
        col(Organisation.id).in_(once),
    )
    return [active, found]


async def organisations_in_order(session: AsyncSession, ids: list[UUID]) -> list[Organisation]:
    """Return organisations in the order of their ids given."""
    rows = (await session.exec(select(Organisation).where(col(Organisation.id).in_(ids)))).all()
    known = {row.id: row for row in rows}
    return [known[one] for one in ids if one in known]
