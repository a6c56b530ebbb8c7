"""Hits of a search, and all that was found."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.knowledge.models import ProjectStatus
from shared.contracts.vocabulary import FocusArea, Language, Scope, Sector


class Highlight(BaseModel):
    """Title and summary as HTML: the hits in `<mark>`, everything else escaped."""

    title: str
    summary: str


class HitOut(BaseModel):
    """A case found by a search."""

    id: UUID
    external_id: str | None
    title: str
    summary: str
    highlight: Highlight
    region: str
    language: Language
    focus_areas: list[FocusArea]
    scopes: list[Scope]
    sector: Sector | None
    measure_types: list[str]
    year_start: int | None
    year_end: int | None
    project_status: ProjectStatus | None
    tco2e_per_year: float | None
    organisation_id: UUID | None
    owner_name: str | None
    published_at: datetime
    other_languages: list[Language] = Field(default=[], description="Languages it is told in beside its own.")
    url: str


class FilterUnderstood(BaseModel):
    """A filter that stood in the words of a query. The words in quotes stand for themselves."""

    facet: str
    values: list[Any]
    text: str = Field(description="The words that say it.")


class CorrectionOut(BaseModel):
    """A word nobody uses, and the one that was looked for instead. In quotes it is looked for as it is."""

    typed: str
    taken: str


class UnderstoodOut(BaseModel):
    """How a query was read."""

    filters: list[FilterUnderstood]
    corrections: list[CorrectionOut]


class SuggestionOut(BaseModel):
    """Something that may be meant. `url` leads to the case, or to the search it stands for."""

    kind: Literal["region", "measure_type", "words", "case"]
    text: str
    url: str


class SuggestOut(BaseModel):
    """What may be meant by what is typed so far: searches first, then cases by their titles."""

    suggestions: list[SuggestionOut]


class SearchOut(BaseModel):
    """A page of hits. Choices inside one facet widen the search, choices of several narrow it."""

    total: int = Field(description="How many cases match, counted and not estimated.")
    reachable: int = Field(description="How many of them can be paged to: the first 1,000.")
    page: int
    per_page: int
    took_ms: int
    degraded: bool = Field(description="The search engine is away: plain search in titles and summaries, no facets.")
    understood: UnderstoodOut
    facets: dict[str, dict[str, int]]
    hits: list[HitOut]
