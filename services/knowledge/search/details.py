"""What a case tells beyond its story, as the engine sees it: more to narrow a search by, and more text to find."""

from typing import Any

from services.knowledge.models import SECTIONS, Case
from services.knowledge.models.costs import band

INDEXED = ("challenge", "solution", "results", "lessons")
"""Sections that are fields of their own in the index."""


def details(case: Case) -> dict[str, Any]:
    """Return the further fields of a published case's document. `more` and `translations` are text to search, never shown."""
    told: dict[str, Any] = {
        "maturity": case.maturity,
        "cost_band": band(case.capex_nok),
        "capex_nok": case.capex_nok,
        "grant_nok": case.grant_nok,
        "municipalities": case.municipalities,
        "transferability": case.transferability,
        "effort": case.effort,
        "org_sizes": case.org_sizes,
        "sdgs": case.sdgs,
        "industries": case.industries,
        "scope3_categories": case.scope3_categories,
        "licence": case.licence,
        "keywords": case.keywords,
        "more": "\n".join(text for name in SECTIONS if name not in INDEXED and (text := getattr(case, name))),
        "translations": case.translated,
    }
    if case.latitude is not None and case.longitude is not None:
        told["_geo"] = {"lat": float(case.latitude), "lng": float(case.longitude)}
    return told
