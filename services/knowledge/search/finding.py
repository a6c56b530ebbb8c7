"""Finding cases: by the engine, or by the database when the engine is away."""

import logging
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from services.knowledge.models import Case
from services.knowledge.queries.lists import holds_any
from services.knowledge.search.document import visible
from services.knowledge.search.filters import Range, Wanted
from services.knowledge.search.index import MOST_HITS
from services.knowledge.search.intents import Places
from services.knowledge.search.language import canonical
from services.knowledge.search.meaning import literal, standard
from services.knowledge.search.query import Found, SearchAway, Searcher
from shared.db.engine import is_sqlite
from shared.db.session import Database
from shared.web.paging import offset

LISTS = {"focus_area": Case.focus_areas, "scope": Case.scopes, "measure_type": Case.measure_types}
PLAIN = {"region": Case.region, "sector": Case.sector, "status": Case.project_status, "language": Case.language}

log = logging.getLogger(__name__)


async def find(searcher: Searcher, database: Database, wanted: Wanted, places: Places) -> Found:
    """Return what is found; a plain search in titles and summaries where the engine does not answer."""
    try:
        return await searcher.search(wanted, places)
    except SearchAway as away:
        log.warning("search falls back on the database: %s", away)
        return await find_plainly(database, wanted)


async def find_plainly(database: Database, wanted: Wanted) -> Found:
    """Return the published cases that hold every word in their title or summary, and the choices; no facets."""
    started = time.monotonic()
    conditions = _conditions(wanted, sqlite=is_sqlite(database.url))
    page = select(Case).where(*conditions).order_by(*_order(wanted), col(Case.id).desc())
    async with database.reading() as session:
        total = (await session.exec(select(sa.func.count()).select_from(Case).where(*conditions))).one()
        skipped = min(offset(wanted.page, wanted.per_page), MOST_HITS)
        rows = (await session.exec(page.offset(skipped).limit(min(wanted.per_page, MOST_HITS - skipped)))).all()
    shown = [visible(row) for row in rows]
    took = round(1_000 * (time.monotonic() - started))
    return Found(total, {}, shown, took, degraded=True, meaning=literal(wanted, standard()))


def published_at(found: dict[str, Any]) -> datetime:
    """Return when a found document was published."""
    return datetime.fromtimestamp(found["published_at"], UTC)


def _conditions(wanted: Wanted, *, sqlite: bool) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [col(Case.status) == "published"]
    conditions += [col(Case.folded).contains(word, autoescape=True) for word in canonical(wanted.q)]
    conditions += [col(column).in_(wanted.chosen(facet)) for facet, column in PLAIN.items() if wanted.chosen(facet)]
    for facet, column in LISTS.items():
        if wanted.chosen(facet):
            conditions.append(holds_any(column, wanted.chosen(facet), sqlite=sqlite))
    conditions += [end for each in wanted.ranges for end in _within(each)]
    if wanted.year:
        first = sa.func.coalesce(Case.year_start, Case.year_end)
        last = sa.func.coalesce(Case.year_end, Case.year_start)
        conditions.append(sa.or_(*(sa.and_(first <= year, last >= year) for year in wanted.year)))
    return conditions


FIGURES: dict[str, Any] = {
    "tonnes": col(Case.tco2e_per_year),
    "cost": col(Case.capex_nok),
    "support": col(Case.grant_nok),
}


def _within(each: Range) -> list[sa.ColumnElement[bool]]:
    first: Any = sa.func.coalesce(Case.year_start, Case.year_end)
    last: Any = sa.func.coalesce(Case.year_end, Case.year_start)
    least, most = (last, first) if each.name == "year" else (FIGURES[each.name], FIGURES[each.name])
    exact = Decimal if each.name == "tonnes" else int
    ends = [] if each.least is None else [least >= exact(each.least)]
    return ends if each.most is None else [*ends, most <= exact(each.most)]


def _order(wanted: Wanted) -> list[sa.ColumnElement[Any]]:
    if wanted.sort == "title":
        return [sa.func.lower(Case.title)]
    newest = col(Case.published_at).desc()
    return [col(Case.tco2e_per_year).desc().nulls_last(), newest] if wanted.sort == "tonnes" else [newest]
