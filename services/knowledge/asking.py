"""A search as it stands in an address: the same parameters for pages and programs."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Query, Request

from services.knowledge.models import ProjectStatus, Terms
from services.knowledge.search.filters import MOST, PROJECT_STATUSES, RANGES, SORTS, Range, Sort, Wanted
from services.knowledge.search.index import MOST_HITS
from services.knowledge.search.query import Searcher
from shared.contracts.vocabulary import FOCUS_AREAS, LANGUAGES, SCOPES, SECTORS, FocusArea, Language, Sector
from shared.errors import Invalid
from shared.web.inputs import UNSTORABLE, storable
from shared.web.paging import MOST_PER_PAGE, PER_PAGE

MOST_CHOICES = 60
ENDS = tuple(f"{name}_{end}" for name in RANGES for end in ("from", "to"))
End = Annotated[int | None, Query(ge=0, lt=MOST)]
Text = Annotated[str, Query(max_length=400)]
Slugs = Annotated[list[Annotated[str, Query(max_length=80)]], Query(max_length=MOST_CHOICES)]
Years = Annotated[list[Annotated[int, Query(ge=1000, le=9999)]], Query(max_length=MOST_CHOICES)]
Scopes = Annotated[list[int], Query(max_length=MOST_CHOICES)]


def searcher(request: Request) -> Searcher:
    """Return the service's searcher."""
    found: Searcher = request.app.state.search
    return found


def ranges(
    tonnes_from: End = None,
    tonnes_to: End = None,
    cost_from: End = None,
    cost_to: End = None,
    support_from: End = None,
    support_to: End = None,
    year_from: End = None,
    year_to: End = None,
) -> tuple[Range, ...]:
    """Return the ranges a program asks for: tonnes CO2e a year, investment and support in kroner, years."""
    given = locals().copy()
    return _ranges({name: given[name] for name in ENDS})


def strict(
    q: Text = "",
    region: Slugs = [],  # noqa: B006 FastAPI copies defaults
    focus_area: Annotated[list[FocusArea], Query(max_length=MOST_CHOICES)] = [],  # noqa: B006
    scope: Scopes = [],  # noqa: B006
    sector: Annotated[list[Sector], Query(max_length=MOST_CHOICES)] = [],  # noqa: B006
    measure_type: Slugs = [],  # noqa: B006
    year: Years = [],  # noqa: B006
    status: Annotated[list[ProjectStatus], Query(max_length=MOST_CHOICES)] = [],  # noqa: B006
    language: Annotated[list[Language], Query(max_length=MOST_CHOICES)] = [],  # noqa: B006
    ranges: Annotated[tuple[Range, ...], Depends(ranges)] = (),
    sort: Sort = "relevance",
    page: Annotated[int, Query(ge=1, le=MOST_HITS)] = 1,
    per_page: Annotated[int, Query(ge=1, le=MOST_PER_PAGE)] = PER_PAGE,
) -> Wanted:
    """Return the search a program asks for; raises Invalid for what is none."""
    if not storable([q, region, measure_type]):
        raise Invalid(UNSTORABLE, field="q")
    scopes = _known(scope, SCOPES)
    if len(scopes) != len(set(scope)):
        raise Invalid("scope: 1, 2, 3", field="scope")
    return Wanted(
        q.strip(), _once(region), _once(focus_area), scopes, _once(sector), _once(measure_type), _once(year),
        _once(status), _once(language), ranges, sort, page, per_page,
    )  # fmt: skip


def lenient(request: Request) -> Wanted:
    """Return the search a page's address tells; what is no choice is passed over, so that old links still answer."""
    given = request.query_params
    q = given.get("q", "").strip()[:400]
    return Wanted(
        q=q if storable(q) else "",
        region=_texts(given.getlist("region")),
        focus_area=_known(given.getlist("focus_area"), FOCUS_AREAS),
        scope=_known([int(item) for item in given.getlist("scope") if item.isdecimal()], SCOPES),
        sector=_known(given.getlist("sector"), SECTORS),
        measure_type=_texts(given.getlist("measure_type")),
        year=_once([int(item) for item in given.getlist("year") if item.isdecimal() and len(item) == 4]),
        status=_known(given.getlist("status"), PROJECT_STATUSES),
        language=_known(given.getlist("language"), LANGUAGES),
        ranges=_ranges({name: _whole(given.get(name, "")) for name in ENDS}),
        sort=next((sort for sort in SORTS if sort == given.get("sort")), "relevance"),
        page=_page(given.get("page", "1")),
    )


def by_today(wanted: Wanted, terms: Terms) -> Wanted:
    """Return a search whose kinds of measures go by the names they have now; codes, earlier and other names lead there too."""
    found = [terms.found("measure_type", name) for name in wanted.measure_type]
    names = [terms.heir(term).label_nb if term else name for term, name in zip(found, wanted.measure_type, strict=True)]
    return replace(wanted, measure_type=_once(names))


def _ranges(given: Mapping[str, int | None]) -> tuple[Range, ...]:
    found = (Range(name, given[f"{name}_from"], given[f"{name}_to"]) for name in RANGES)
    return tuple(each for each in found if each.ends())


def _whole(text: str) -> int | None:
    """Numbers as people write them, without decimals."""
    digits = "".join(text.split(",")[0].split())
    return int(digits) if digits.isdecimal() and len(digits) < len(str(MOST)) else None


def _page(text: str) -> int:
    most = MOST_HITS // PER_PAGE
    return min(max(int(text), 1), most) if text.isdecimal() and len(text) < 6 else 1


def _texts(given: list[str]) -> tuple[str, ...]:
    return _once([item[:80] for item in given if item and storable(item)])


def _known(given: list[Any], choices: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(choice for choice in choices if choice in given)


def _once(given: list[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(given))[:MOST_CHOICES]
