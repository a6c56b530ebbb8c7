"""A case, as it is sent and as it is shown."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

from services.knowledge.models import CC_BY, ProjectStatus, Status
from services.knowledge.models.costs import Basis, Missing
from services.knowledge.schemas.fields import (
    Address,
    Count,
    Keywords,
    Kroner,
    Latitude,
    Lines,
    Longitude,
    Slug,
    Summary,
    Value,
    Word,
    Words,
    Year,
)
from services.knowledge.schemas.media import FileOut, PictureOut
from services.knowledge.schemas.rows import (
    BACKWARDS,
    Contact,
    ContributorIn,
    FundingIn,
    ImpactIn,
    LinkIn,
    RelationIn,
    TranslationIn,
)
from shared.contracts.vocabulary import FocusArea, Language, Scope, Sector
from shared.web.i18n import marker as _
from shared.web.inputs import Input, Line, Prose

YEARS = _("Sluttåret kan ikke komme før startåret.")
OTHER_YEAR = _("Året er et annet enn datoens. La feltet stå tomt, så følger det datoen.")
BOTH_DEGREES = _("Oppgi både breddegrad og lengdegrad, eller ingen av dem.")
ROWS_OF = ("impacts", "fundings", "contributors", "relations", "translations")
ASIDE = {"version", "external_id", "contact", *ROWS_OF}


class CaseIn(Input):
    """A case as it is drafted or edited. Where a field is a word of a vocabulary, both its code and its names are taken.

    Rows (`impacts`, `fundings`, `contributors`, `relations`, `translations`) that are left out stay as they are; an empty list
    takes them away.
    """

    title: Line
    summary: Summary
    region: Slug = Field(description="Slug of the region that reviews it.")
    language: Language
    challenge: Prose = ""
    objective: Prose = ""
    solution: Prose = ""
    implementation: Prose = ""
    results: Prose = ""
    success_factors: Prose = ""
    barriers: Prose = ""
    did_not_work: Prose = Field("", description="What was tried and did not work.")
    lessons: Prose = ""
    advice: Prose = Field("", description="Advice to those who want to do the same.")
    stakeholders: Prose = ""
    legal_background: Prose = ""
    focus_areas: list[FocusArea] = Field(default=[], max_length=10)
    scopes: list[Scope] = Field(default=[], max_length=3)
    sector: Sector | None = None
    measure_types: Words = Field(default=[], description="Codes or names; an unknown name becomes a proposed term.")
    scope3_categories: Words = []
    industries: Words = Field(default=[], description="Divisions of NACE: two digits, or a code that begins with them.")
    sdgs: Words = []
    keywords: Keywords = []
    year_start: Year | None = None
    year_end: Year | None = None
    period_start: date | None = None
    period_end: date | None = None
    project_status: ProjectStatus | None = None
    maturity: Word | None = None
    municipalities: Words = Field(default=[], description="Numbers or names of municipalities.")
    latitude: Latitude | None = None
    longitude: Longitude | None = Field(None, validate_default=True)
    transferability: Annotated[int, Field(ge=1, le=3)] | None = None
    transferability_text: Prose = ""
    prerequisites: Lines = []
    org_sizes: Words = []
    effort: Word | None = None
    impacts: Annotated[list[ImpactIn], Field(max_length=20)] | None = None
    tco2e_per_year: Value | None = Field(
        None,
        description="Tonnes of CO2 equivalents saved a year: short for one row of impact, and the sum of those there are.",
    )
    energy_kwh_per_year: Value | None = Field(
        None,
        description="Energy saved or made a year, in kWh: short for one row of impact, and the sum of those there are.",
    )
    capex_nok: Kroner | None = None
    opex_nok_per_year: Kroner | None = None
    saving_nok_per_year: Kroner | None = None
    lifetime_years: Annotated[int, Field(ge=1, le=100)] | None = None
    staff_hours: Count | None = None
    price_year: Year | None = None
    fundings: Annotated[list[FundingIn], Field(max_length=20)] | None = None
    grant_nok: Kroner | None = Field(
        None, description="Public support, in kroner: short for one row of funding, and the sum of those there are."
    )
    organisation_id: UUID | None = Field(None, description="The registered organisation whose measure it is.")
    owner_name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None = None
    contributors: Annotated[list[ContributorIn], Field(max_length=30)] | None = None
    contact: Contact = Field("keep", description="`me`: you answer about it and agree to that; `nobody`: no one does.")
    source_url: Address | None = None
    links: list[LinkIn] = Field(default=[], max_length=20)
    relations: Annotated[list[RelationIn], Field(max_length=30)] | None = None
    translations: Annotated[list[TranslationIn], Field(max_length=3)] | None = None
    licence: Word = CC_BY
    external_id: Annotated[str, StringConstraints(min_length=1, max_length=120)] | None = None
    version: int | None = Field(None, ge=1, le=2**31 - 1, description="When editing: the version that was read.")

    @field_validator("scopes", mode="before")
    @classmethod
    def _numbers(cls, value: Any) -> Any:
        return [int(item) if item in ("1", "2", "3") else item for item in value] if isinstance(value, list) else value

    @field_validator("focus_areas", "scopes", mode="after")
    @classmethod
    def _once(cls, value: list[Any]) -> list[Any]:
        return list(dict.fromkeys(value))

    @field_validator("source_url")
    @classmethod
    def _none_for_empty(cls, value: str | None) -> str | None:
        return value or None

    @field_validator("year_end")
    @classmethod
    def _in_order(cls, value: int | None, info: ValidationInfo) -> int | None:
        start = info.data.get("year_start")
        if value is not None and start is not None and value < start:
            raise ValueError(YEARS)
        return value

    @field_validator("period_start", "period_end")
    @classmethod
    def _in_its_year(cls, value: date | None, info: ValidationInfo) -> date | None:
        at_start = info.field_name == "period_start"
        year = info.data.get("year_start" if at_start else "year_end")
        if value is not None and year is not None and value.year != year:
            raise ValueError(OTHER_YEAR)
        begun = None if at_start else info.data.get("period_start")
        if value is not None and begun is not None and value < begun:
            raise ValueError(BACKWARDS)
        return value

    @field_validator("longitude")
    @classmethod
    def _a_point(cls, value: Any, info: ValidationInfo) -> Any:
        if "latitude" in info.data and (value is None) != (info.data["latitude"] is None):
            raise ValueError(BOTH_DEGREES)
        return value

    def content(self) -> dict[str, Any]:
        """Return the fields a case takes over, apart from its rows; the years follow from the dates."""
        told = self.model_dump(exclude=ASIDE)
        for year, day in (("year_start", self.period_start), ("year_end", self.period_end)):
            told[year] = day.year if day is not None else told[year]
        return told


class ReasonIn(Input):
    """Why a case is sent back."""

    reason: Prose = ""


class DerivedOut(BaseModel):
    """A figure that follows from others. Where it cannot be told, `missing` says what it takes; `basis` says how it was counted."""

    model_config = ConfigDict(from_attributes=True)

    value: float | None
    missing: Missing | None = None
    basis: Basis | None = None


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
    objective: str
    solution: str
    implementation: str
    results: str
    success_factors: str
    barriers: str
    did_not_work: str
    lessons: str
    advice: str
    stakeholders: str
    legal_background: str
    region: str
    language: Language
    focus_areas: list[FocusArea]
    scopes: list[Scope]
    sector: Sector | None
    measure_types: list[str] = Field(description="Names in bokmål.")
    measure_codes: list[str]
    scope3_categories: list[str]
    industries: list[str]
    sdgs: list[str]
    keywords: list[str]
    year_start: int | None
    year_end: int | None
    period_start: date | None
    period_end: date | None
    project_status: ProjectStatus | None
    maturity: str | None
    municipalities: list[str]
    latitude: float | None
    longitude: float | None
    transferability: int | None
    transferability_text: str
    prerequisites: list[str]
    org_sizes: list[str]
    effort: str | None
    impacts: list[ImpactIn]
    tco2e_per_year: float | None
    energy_kwh_per_year: float | None
    capex_nok: int | None
    opex_nok_per_year: int | None
    saving_nok_per_year: int | None
    lifetime_years: int | None
    staff_hours: int | None
    price_year: int | None
    payback_years: DerivedOut
    nok_per_tonne: DerivedOut
    fundings: list[FundingIn]
    grant_nok: int | None
    organisation_id: UUID | None
    owner_name: str | None
    contributors: list[ContributorIn]
    has_contact: bool = Field(description="Whether a person agreed to answer about it; who, only the registry knows.")
    source_url: str | None
    links: list[LinkIn]
    relations: list[RelationIn]
    translations: list[TranslationIn]
    pictures: list[PictureOut] = Field([], description="The first one leads.")
    files: list[FileOut] = []
    licence: str
    review_reason: str = Field("", description="Empty for those who may not see a case before its publication.")
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    searchable_at: datetime | None
    url: str
