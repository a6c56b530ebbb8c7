"""Who sees which field of an organisation: everybody, the network, or its regions' staff and its own people."""

from collections.abc import Mapping
from typing import Any

from services.partners.models import LEVELS, Level, Organisation
from shared.auth.actor import Actor
from shared.auth.policy import about, can
from shared.web.i18n import marker as _

DEFAULTS: dict[str, Level] = {
    "website": "public",
    "description": "public",
    "employees": "network",
    "offers": "public",
    "needs": "public",
    "contacts": "region",
}
LEVEL_LABELS: dict[Level, str] = {
    "public": _("Alle"),
    "network": _("De som er logget inn"),
    "region": _("Regionkontoret og virksomheten selv"),
}
EMPTY: dict[str, Any] = {"website": None, "description": "", "employees": None, "offers": [], "needs": []}


def level_of(organisation: Organisation, field: str) -> Level:
    """Return who may see a field of DEFAULTS."""
    return organisation.visibility.get(field, DEFAULTS[field])


def level_for(actor: Actor | None, organisation: Organisation, regions: list[str]) -> Level:
    """Return what `actor` belongs to, seen from an organisation in `regions`."""
    if can(actor, "organisation.view", about(*regions, organisation_id=organisation.id)):
        return "region"
    return "public" if actor is None else "network"


def hidden(actor: Actor | None, organisation: Organisation, regions: list[str]) -> bool:
    """Whether an organisation in `regions` is none of `actor`'s business: a prospect is its own regions' alone."""
    return organisation.status == "prospect" and level_for(actor, organisation, regions) != "region"


def sees(level: Level, organisation: Organisation, field: str) -> bool:
    """Whether somebody of `level` may see a field."""
    return LEVELS.index(level_of(organisation, field)) <= LEVELS.index(level)


def shown(organisation: Organisation, level: Level) -> dict[str, Any]:
    """Return all fields of an organisation, with those that somebody of `level` may not see left empty."""
    values = organisation.model_dump()
    return values | {name: empty for name, empty in EMPTY.items() if not sees(level, organisation, name)}


def differing(given: Mapping[Any, Level]) -> dict[str, Level]:
    """Return what of `given` is not the default."""
    return {name: level for name, level in given.items() if DEFAULTS.get(name) != level}
