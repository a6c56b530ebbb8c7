"""The index: its settings, its creation, and building it anew beside the old one."""

import json
from functools import lru_cache
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import Case, IndexState
from services.knowledge.search.details import INDEXED
from services.knowledge.search.engine import Engine
from services.knowledge.search.filters import RANGES
from services.knowledge.search.norwegian import DATA
from shared.clock import now
from shared.db.session import Database

INDEX = "cases"
BATCH = 1_000
MOST_HITS = 1_000
MADE = "1"
"""To be raised where documents are made otherwise than before and neither the settings nor the data of the analysis tell."""

SHOWN = (
    "id", "external_id", "title", "summary", "region", "language", "focus_areas", "scopes", "sector", "measure_types",
    "year_start", "year_end", "project_status", "tco2e_per_year", "organisation_id", "owner_name", "published_at",
    "other_languages",
)  # fmt: skip

TERMS = "terms"
"""The attribute by whose weights hits are put in order."""
WRITTEN = (
    "title", "summary", "measure_types", "keywords", "owner_name", "places", *INDEXED, "more", "translations", "h_spelling"
)  # fmt: skip
ANALYSED = ("h_title", "h_body")
"""What is searched as it was written, and what as it was analysed."""

SETTINGS: dict[str, Any] = {
    "searchableAttributes": [*WRITTEN, *ANALYSED],
    "displayedAttributes": [*SHOWN, TERMS],
    "filterableAttributes": [
        *RANGES.values(), "region", "focus_areas", "scopes", "sector", "measure_types", "project_status", "language"
    ],
    "sortableAttributes": ["published_at", "tco2e_per_year", "title_key"],
    "rankingRules": ["sort", "words", "typo", "proximity", "attribute", "exactness"],
    "typoTolerance": {"enabled": True, "minWordSizeForTypos": {"oneTypo": 5, "twoTypos": 9}, "disableOnNumbers": True,
        "disableOnAttributes": [*ANALYSED]},
    "faceting": {"maxValuesPerFacet": 200, "sortFacetValuesBy": {"*": "count"}},
    "pagination": {"maxTotalHits": MOST_HITS},
}  # fmt: skip


async def ensure(engine: Engine) -> bool:
    """Have the index there with today's settings; returns whether it had to be made, and so is empty. May run again and again."""
    missing = not await engine.exists(INDEX)
    if missing:
        await engine.create(INDEX)
    await engine.configure(INDEX, SETTINGS)
    return missing


async def resend_everything(database: Database) -> None:
    """Have every public case sent anew, because the index was lost."""
    async with database.writing() as session:
        await next_generation(session)
        public = sa.update(Case).where(col(Case.status) == "published")
        await (await session.connection()).execute(public.values(indexed_version=0))


@lru_cache(1)
def form() -> str:
    """Return what tells documents that are made as today's code and thesaurus make them."""
    said = [
        json.dumps(SETTINGS, sort_keys=True),
        *(file.read_text("utf-8") for file in sorted(DATA.iterdir(), key=str)),
    ]
    return sha256("\n".join((MADE, *said)).encode()).hexdigest()[:16]


async def next_generation(session: AsyncSession) -> None:
    """Count what was sent before now as sent to another index."""
    state = sa.update(IndexState).values(generation=IndexState.generation + 1, rebuilt_at=now(), form=form())
    await (await session.connection()).execute(state)
