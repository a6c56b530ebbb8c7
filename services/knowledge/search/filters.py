"""What is asked of the search, and the engine's filter made of it: typed, never user text as it stands."""

from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from services.knowledge.models import ProjectStatus
from shared.contracts.vocabulary import FocusArea, Language, Scope, Sector

PROJECT_STATUSES: tuple[ProjectStatus, ...] = get_args(ProjectStatus)
Sort = Literal["relevance", "newest", "tonnes", "title"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "tonnes", "title")

FACETS: dict[str, str] = {
    "region": "region",
    "focus_area": "focus_areas",
    "scope": "scopes",
    "sector": "sector",
    "measure_type": "measure_types",
    "year": "years",
    "status": "project_status",
    "language": "language",
}
"""Facets as they are asked for, and the attribute of the document each is about."""

RANGES: dict[str, str] = {"tonnes": "tco2e_per_year", "cost": "capex_nok", "support": "grant_nok", "year": "years"}
"""Figures a search can be narrowed to from and to, and the attribute of the document each is about. A measure of several years is
within a range of years where one of them is."""
MOST = 10**12

ORDER: dict[Sort, list[str]] = {
    "relevance": [],
    "newest": ["published_at:desc"],
    "tonnes": ["tco2e_per_year:desc"],
    "title": ["title_key:asc"],
}


@dataclass(frozen=True)
class Range:
    """From and to, both included; None where it is open."""

    name: str
    least: int | None = None
    most: int | None = None

    def ends(self) -> list[tuple[str, int]]:
        """Return the ends that are set, as parameters of an address."""
        both = ((f"{self.name}_from", self.least), (f"{self.name}_to", self.most))
        return [(name, end) for name, end in both if end is not None]


@dataclass(frozen=True)
class Wanted:
    """A search: its words, the choices of each facet, ranges of figures, the order and the page (from 1)."""

    q: str = ""
    region: tuple[str, ...] = ()
    focus_area: tuple[FocusArea, ...] = ()
    scope: tuple[Scope, ...] = ()
    sector: tuple[Sector, ...] = ()
    measure_type: tuple[str, ...] = ()
    year: tuple[int, ...] = ()
    status: tuple[ProjectStatus, ...] = ()
    language: tuple[Language, ...] = ()
    ranges: tuple[Range, ...] = ()
    sort: Sort = "relevance"
    page: int = 1
    per_page: int = 20

    def chosen(self, facet: str) -> tuple[Any, ...]:
        """Return the choices of a facet."""
        found: tuple[Any, ...] = getattr(self, facet)
        return found

    def narrowed(self) -> list[str]:
        """Return the facets something is chosen in."""
        return [facet for facet in FACETS if self.chosen(facet)]

    def narrowed_to(self, facet: str, *values: Any) -> "Wanted":
        """Return the same search with these choices of a facet and no other, from its first page."""
        choices: dict[str, Any] = {facet: values}
        return replace(self, page=1, **choices)

    def without(self, facet: str) -> "Wanted":
        """Return the same search without the choices of one facet, from its first page."""
        return self.narrowed_to(facet)

    @property
    def is_plain(self) -> bool:
        """Whether nothing is asked for but the whole library."""
        return not self.q and not self.narrowed() and not self.ranges


def expression(wanted: Wanted, leaving_out: str = "") -> list[str]:
    """Return the engine's filter: all of its parts must hold. Choices inside one facet widen it."""
    return [
        f"{attribute} IN [{', '.join(_quoted(choice) for choice in wanted.chosen(facet))}]"
        for facet, attribute in FACETS.items()
        if facet != leaving_out and wanted.chosen(facet)
    ] + [part for each in wanted.ranges for part in _within(each)]


def _within(each: Range) -> list[str]:
    attribute = RANGES[each.name]
    ends = ((">=", each.least), ("<=", each.most))
    return [f"{attribute} {sign} {int(end)}" for sign, end in ends if end is not None]


def _quoted(value: object) -> str:
    """Return a value as the filter language writes it. Backslashes are doubled, so that none can swallow a closing quote."""
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def parameters(wanted: Wanted) -> list[tuple[str, str]]:
    """Return a search as the query parameters of its shareable address, without its page."""
    pairs = [("q", wanted.q)] if wanted.q else []
    pairs += [(facet, str(choice)) for facet in FACETS for choice in wanted.chosen(facet)]
    pairs += [(name, str(end)) for each in wanted.ranges for name, end in each.ends()]
    return pairs + ([("sort", wanted.sort)] if wanted.sort != "relevance" else [])
