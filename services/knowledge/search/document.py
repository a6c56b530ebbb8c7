"""A case as the engine sees it."""

from collections.abc import Mapping
from typing import Any

from services.knowledge.models import Case, Region
from services.knowledge.search.details import details
from services.knowledge.search.language import hidden, sort_key

TEXTS = ("challenge", "solution", "results", "lessons")
MOST_YEARS = 60


def document(case: Case, regions: Mapping[str, Region]) -> dict[str, Any]:
    """Return the document of a published case. Times are seconds since 1970; `h_*` are searched and never shown."""
    visible = (case.title, case.summary, " ".join(case.measure_types), case.owner_name or "")
    return {
        "id": str(case.id),
        "external_id": case.external_id,
        "version": case.version,
        "title": case.title,
        "summary": case.summary,
        **{name: getattr(case, name) for name in TEXTS},
        "region": case.region,
        "places": [*_places(regions.get(case.region), regions.get(case.historic_region or "")), *case.places],
        "language": case.language,
        "focus_areas": case.focus_areas,
        "scopes": case.scopes,
        "sector": case.sector,
        "measure_types": case.measure_types,
        "years": years(case.year_start, case.year_end),
        "year_start": case.year_start,
        "year_end": case.year_end,
        "project_status": case.project_status,
        "tco2e_per_year": None if case.tco2e_per_year is None else float(case.tco2e_per_year),
        "organisation_id": str(case.organisation_id) if case.organisation_id else None,
        "owner_name": case.owner_name,
        "published_at": case.published_at.timestamp() if case.published_at else 0,
        "title_key": sort_key(case.title),
        **details(case),
        "h_title": hidden(" ".join(visible)),
        "h_body": hidden(" ".join(getattr(case, name) for name in TEXTS)),
    }


def years(start: int | None, end: int | None) -> list[int]:
    """Return every year a measure ran in; only the one that is known, where one is."""
    known = [year for year in (start, end) if year is not None]
    return list(range(min(known), max(known) + 1))[:MOST_YEARS] if known else []


def _places(*regions: Region | None) -> list[str]:
    """All names of a case's region, and of the one it was published in."""
    names = [
        name
        for region in regions
        if region is not None
        for name in (region.name_nb, region.name_nn, region.name_en, *(each["name"] for each in region.parallel_names))
    ]
    return list(dict.fromkeys(names))
