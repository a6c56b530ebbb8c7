"""Questions to the library's database, by what they are about."""

from services.knowledge.queries.cases import (
    QUEUE_LIMIT,
    KeyFigures,
    by_external_ids,
    case,
    counts_by_region,
    heirs,
    history,
    key_figures,
    latest,
    may_read,
    organisation,
    organisations_in,
    published,
    readable,
    regions,
    regions_today,
    unfinished,
)
from services.knowledge.queries.vocabularies import terms

__all__ = [
    "QUEUE_LIMIT",
    "KeyFigures",
    "by_external_ids",
    "case",
    "counts_by_region",
    "heirs",
    "history",
    "key_figures",
    "latest",
    "may_read",
    "organisation",
    "organisations_in",
    "published",
    "readable",
    "regions",
    "regions_today",
    "terms",
    "unfinished",
]
