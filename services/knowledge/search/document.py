"""A case as the engine sees it."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.knowledge.models import SECTIONS, Case, Region
from services.knowledge.search.analysis import Analyser, tokens
from services.knowledge.search.details import INDEXED, details
from services.knowledge.search.language import hidden, sort_key
from services.knowledge.search.weights import packed, weighed

MOST_YEARS = 60
SAID_OF_SECTORS = {
    "public": "offentlig sektor", "business": "næringsliv", "academia": "akademia", "ngo": "ideell organisasjon"
}  # fmt: skip


def visible(case: Case) -> dict[str, Any]:
    """Return what a found case shows of itself. Times are seconds since 1970."""
    return {
        "id": str(case.id),
        "external_id": case.external_id,
        "title": case.title,
        "summary": case.summary,
        "region": case.region,
        "language": case.language,
        "focus_areas": case.focus_areas,
        "scopes": case.scopes,
        "sector": case.sector,
        "measure_types": case.measure_types,
        "year_start": case.year_start,
        "year_end": case.year_end,
        "project_status": case.project_status,
        "tco2e_per_year": None if case.tco2e_per_year is None else float(case.tco2e_per_year),
        "organisation_id": str(case.organisation_id) if case.organisation_id else None,
        "owner_name": case.owner_name,
        "published_at": case.published_at.timestamp() if case.published_at else 0,
        "other_languages": case.other_languages,
    }


def document(case: Case, regions: Mapping[str, Region], analyser: Analyser) -> dict[str, Any]:
    """Return the document of a published case. `h_*` are searched and never shown; by `terms` hits are put in order."""
    places = [*_places(regions.get(case.region), regions.get(case.historic_region or "")), *case.places]
    fields = _fields(case, places)
    analysed = {name: (analyser.document(text), len(tokens(text))) for name, text in fields.items()}
    first = (term for name, (terms, _length) in analysed.items() if name != "body" for term in terms)
    return {
        **visible(case),
        "version": case.version,
        **{name: getattr(case, name) for name in INDEXED},
        "places": places,
        "years": years(case.year_start, case.year_end),
        "title_key": sort_key(case.title),
        **details(case),
        "h_spelling": hidden(" ".join(fields.values())),
        "h_title": " ".join(dict.fromkeys(first)),
        "h_body": " ".join(analysed["body"][0]),
        "terms": packed(weighed(analysed)),
    }


def _fields(case: Case, places: Sequence[str]) -> dict[str, str]:
    """Return the texts of a case by the fields that are weighed."""
    return {
        "title": case.title,
        "kind": ", ".join((*case.measure_types, *case.keywords)),
        "summary": case.summary,
        "body": "\n".join((*(getattr(case, name) for name in SECTIONS), case.translated)),
        "owner": ", ".join((case.owner_name or "", *places, SAID_OF_SECTORS.get(case.sector or "", ""))),
    }


def years(start: int | None, end: int | None) -> list[int]:
    """Return every year a measure ran in; only the one that is known, where one is."""
    known = [year for year in (start, end) if year is not None]
    return list(range(min(known), max(known) + 1))[:MOST_YEARS] if known else []


def _places(*regions: Region | None) -> list[str]:
    """All names of a case's region, and of the one it was published in."""
    return list(dict.fromkeys(name for region in regions if region is not None for name in region.names))
