"""What the library takes in and gives out."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

from services.knowledge.models import ProjectStatus, Status
from shared.contracts.vocabulary import FocusArea, Language, Scope, Sector
from shared.web.i18n import marker as _
from shared.web.inputs import Input, Line, Prose

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]
Summary = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Year = Annotated[int, Field(ge=1990, le=2100)]
Amount = Annotated[Decimal, Field(ge=0, le=1_000_000_000, max_digits=13, decimal_places=3, allow_inf_nan=False)]
WEB = _("Skriv en hel adresse som begynner med https://.")
YEARS = _("Sluttåret kan ikke komme før startåret.")


class CaseIn(Input):
    """A case as it is drafted or edited."""

    title: Line
    summary: Summary
    region: Slug = Field(description="Slug of the region that reviews it.")
    language: Language
    challenge: Prose = ""
    solution: Prose = ""
    results: Prose = ""
    lessons: Prose = ""
    focus_areas: list[FocusArea] = Field(default=[], max_length=10)
    scopes: list[Scope] = Field(default=[], max_length=3)
    sector: Sector | None = None
    measure_types: list[Label] = Field(default=[], max_length=20)
    year_start: Year | None = None
    year_end: Year | None = None
    project_status: ProjectStatus | None = None
    grant_nok: Annotated[int, Field(ge=0, le=10**12)] | None = Field(None, description="Public support, in kroner.")
    tco2e_per_year: Amount | None = Field(None, description="Tonnes of CO2 equivalents saved a year.")
    energy_kwh_per_year: Amount | None = Field(None, description="Energy saved or made a year, in kWh.")
    organisation_id: UUID | None = Field(None, description="The registered organisation whose measure it is.")
    owner_name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None
    source_url: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] | None = None
    external_id: Annotated[str, StringConstraints(min_length=1, max_length=120)] | None = None
    version: int | None = Field(None, ge=1, le=2**31 - 1, description="When editing: the version that was read.")

    @field_validator("scopes", mode="before")
    @classmethod
    def _numbers(cls, value: Any) -> Any:
        return [int(item) if item in ("1", "2", "3") else item for item in value] if isinstance(value, list) else value

    @field_validator("measure_types", mode="before")
    @classmethod
    def _labels(cls, value: Any) -> Any:
        """One label a line, as the form sends them."""
        if not isinstance(value, list):
            return value
        lines = [line for item in value for line in (item.splitlines() if isinstance(item, str) else [item])]
        return [line for line in lines if not isinstance(line, str) or line.strip()]

    @field_validator("focus_areas", "scopes", "measure_types", mode="after")
    @classmethod
    def _once(cls, value: list[Any]) -> list[Any]:
        return list(dict.fromkeys(value))

    @field_validator("grant_nok", "tco2e_per_year", "energy_kwh_per_year", mode="before")
    @classmethod
    def _norwegian(cls, value: Any) -> Any:
        """Numbers as people write them: `1 234,5`."""
        return "".join(value.split()).replace(",", ".") if isinstance(value, str) else value

    @field_validator("source_url")
    @classmethod
    def _web(cls, value: str | None) -> str | None:
        if value and not web_address(value):
            raise ValueError(WEB)
        return value or None

    @field_validator("year_end")
    @classmethod
    def _in_order(cls, value: int | None, info: ValidationInfo) -> int | None:
        start = info.data.get("year_start")
        if value is not None and start is not None and value < start:
            raise ValueError(YEARS)
        return value

    def content(self) -> dict[str, Any]:
        """Return the fields a case takes over."""
        return self.model_dump(exclude={"version", "external_id"})


def web_address(text: str) -> bool:
    """Whether `text` is a whole http(s) address and nothing but."""
    if any(sign.isspace() or not sign.isprintable() for sign in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


class ReasonIn(Input):
    """Why a case is sent back."""

    reason: Prose = ""


class CaseOut(BaseModel):
    """A case as those who may see it get it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    external_id: str | None
    status: Status
    version: int
    title: str
    summary: str
    challenge: str
    solution: str
    results: str
    lessons: str
    region: str
    language: Language
    focus_areas: list[FocusArea]
    scopes: list[Scope]
    sector: Sector | None
    measure_types: list[str]
    year_start: int | None
    year_end: int | None
    project_status: ProjectStatus | None
    grant_nok: int | None
    tco2e_per_year: float | None
    energy_kwh_per_year: float | None
    organisation_id: UUID | None
    owner_name: str | None
    source_url: str | None
    review_reason: str = Field("", description="Empty for those who may not see a case before its publication.")
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    searchable_at: datetime | None
    url: str


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
    url: str


class SearchOut(BaseModel):
    """A page of hits. Choices inside one facet widen the search, choices of several narrow it."""

    total: int = Field(description="How many cases match, counted and not estimated.")
    reachable: int = Field(description="How many of them can be paged to: the first 1,000.")
    page: int
    per_page: int
    took_ms: int
    degraded: bool = Field(description="The search engine is away: plain search in titles and summaries, no facets.")
    facets: dict[str, dict[str, int]]
    hits: list[HitOut]
