"""What organisations deliver and state, as the registry takes it in."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from services.partners.models.accounts import KILOGRAM, Tool
from services.partners.models.obligations import CertificationKind
from services.partners.schemas.fields import VERSION, Line120, Web, one_line
from shared.clock import now, today_in_norway
from shared.sheets.values import AMBIGUOUS, WrongValue, decimal
from shared.web.i18n import marker as _
from shared.web.inputs import Input, Note, Prose

NOT_A_FIGURE = _("Skriv et tall i tonn, for eksempel 1 234,5. La feltet stå tomt der tallet ikke er regnet ut.")
TWO_MEANINGS = _("Tallet kan bety to ting. Bruk komma foran desimaler, og mellomrom eller ingenting mellom tusener.")
NO_CATEGORY = _("Kategoriene i scope 3 er 1 til 15.")
MOST_TONNES = 1_000_000_000
EARLIEST_YEAR = 1990


def to_the_kilogram(value: Decimal) -> Decimal:
    """Return tonnes rounded to the kilogram."""
    return value.quantize(KILOGRAM)


def as_written(value: Any) -> Any:
    """Return a figure as Norwegians write it (`1 234,5`) as a decimal; raises ValueError with the remedy."""
    if not isinstance(value, str):
        return value
    try:
        return decimal(value)
    except WrongValue as error:
        raise ValueError(TWO_MEANINGS if error.problem == AMBIGUOUS else NOT_A_FIGURE) from error


def sorted_categories(value: list[int]) -> list[int]:
    """Return GHG Protocol's scope 3 categories without repeats; raises ValueError for one that is not 1 to 15."""
    if any(not 1 <= one <= 15 for one in value):
        raise ValueError(NO_CATEGORY)
    return sorted(set(value))


Bounded = Annotated[Decimal, Field(ge=0, le=MOST_TONNES), AfterValidator(to_the_kilogram)]
Written = Annotated[Bounded, BeforeValidator(as_written)]
Year = Annotated[int, Field(ge=EARLIEST_YEAR, le=2200)]
Categories = Annotated[list[int], Field(max_length=30), AfterValidator(sorted_categories)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class AccountIn(Input):
    """A year's account: tCO2e, to the kilogram. What is left out is not reported, which is not 0."""

    year: Year
    scope1: Bounded | None = Field(None, description="Direct emissions, tCO2e.")
    scope2_location: Bounded | None = Field(None, description="Bought energy, location based, tCO2e.")
    scope2_market: Bounded | None = Field(None, description="Bought energy, market based, tCO2e.")
    scope3: Bounded | None = Field(None, description="Value chain, tCO2e.")
    scope3_categories: Categories = Field(default=[], description="The GHG Protocol's categories covered: 1 to 15.")
    scope3_note: Note = ""
    tool: Tool = "other"
    tool_name: Line120 | None = None
    method: Annotated[Prose, Field(max_length=2_000)] = ""
    published: bool = False
    link: Web | None = None
    note: Note = Field("", description="Why a figure was corrected, or an unlikely one is right.")
    confirmed: bool = Field(False, description="That a figure far from the year before is right; needs a note.")
    revision: int | None = Field(
        None,
        ge=0,
        le=2**31 - 1,
        description="The revision that was read, 0 where there was none; without it, the last to write wins.",
    )


class AccountForm(AccountIn):
    """An account as the form sends it: figures as Norwegians write them."""

    scope1: Written | None = None
    scope2_location: Written | None = None
    scope2_market: Written | None = None
    scope3: Written | None = None


IN_FUTURE = _("Datoen kan ikke være fram i tid.")
ENDS_FIRST = _("Sluttdatoen må være etter startdatoen.")
NAMELESS = _("Skriv hva sertifiseringen heter.")
PLAN_OR_HELD = _("Oppgi enten når sertifikatet gjelder, eller når det er planlagt.")
NO_PROJECT = _("Velg et eksempel, eller skriv hva prosjektet heter.")
NO_GOAL = _("Oppgi et år eller skriv hva målet er.")


def in_the_past(value: date) -> date:
    """Return a day that has come; raises ValueError."""
    if value > today_in_norway(now()):
        raise ValueError(IN_FUTURE)
    return value


Past = Annotated[date, AfterValidator(in_the_past)]


class AgreementIn(Input):
    """An agreement as it was signed; its file is sent beside it."""

    text_version: Annotated[Line120, Field(max_length=60)]
    signed_on: Past
    signer_name: Line120
    signer_id: UUID | None = Field(None, description="The signer's id, where they are in the registry.")


class TerminationIn(Input):
    """The day an agreement ends."""

    terminated_on: date
    version: Version | None = Field(None, description=VERSION)


class CertificationIn(Input):
    """A certificate and its validity, or with `planned_on` alone the plan to have one."""

    kind: CertificationKind
    name: Line120 | None = Field(None, description="What it is called, for the kind other.", validate_default=True)
    number: Annotated[Line120, Field(max_length=60)] | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    planned_on: date | None = None
    version: Version | None = Field(None, description=VERSION)

    @field_validator("name")
    @classmethod
    def _named(cls, value: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("kind") == "other" and value is None:
            raise ValueError(NAMELESS)
        return value if info.data.get("kind") == "other" else None

    @field_validator("valid_to")
    @classmethod
    def _ends_after(cls, value: date | None, info: ValidationInfo) -> date | None:
        return ends_after(value, info.data.get("valid_from"))

    @field_validator("planned_on")
    @classmethod
    def _one_of_two(cls, value: date | None, info: ValidationInfo) -> date | None:
        if value is not None and (info.data.get("valid_from") or info.data.get("valid_to")):
            raise ValueError(PLAN_OR_HELD)
        return value


class PlanIn(Input):
    """An action plan; its file is sent beside it, where it has no link."""

    adopted_on: Past
    valid_to: date | None = None
    link: Web | None = None
    version: Version | None = Field(None, description=VERSION)

    @field_validator("valid_to")
    @classmethod
    def _ends_after(cls, value: date | None, info: ValidationInfo) -> date | None:
        return ends_after(value, info.data.get("adopted_on"))


class GoalIn(Input):
    """The goal to be fossil free in direct emissions."""

    fossil_free_year: Annotated[int, Field(ge=2000, le=2100)] | None = None
    text: Annotated[Prose, Field(max_length=2_000)] = Field("", validate_default=True)

    @field_validator("text")
    @classmethod
    def _something(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("fossil_free_year") is None:
            raise ValueError(NO_GOAL)
        return value


class LeadProjectIn(Input):
    """A lead project: one of the organisation's own published examples, or words."""

    case_id: UUID | None = None
    title: Annotated[str, Field(max_length=200), AfterValidator(one_line)] = Field("", validate_default=True)
    text: Annotated[Prose, Field(max_length=2_000)] = ""
    version: Version | None = Field(None, description=VERSION)

    @field_validator("title")
    @classmethod
    def _something(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("case_id") is None:
            raise ValueError(NO_PROJECT)
        return value


class FeeIn(Input):
    """Whether the fee of a year is paid."""

    year: Year
    paid: bool = False
    paid_on: Past | None = None
    note: Note = ""


def ends_after(value: date | None, start: date | None) -> date | None:
    """Return a last day that lies after `start`; raises ValueError."""
    if value is not None and start is not None and value <= start:
        raise ValueError(ENDS_FIRST)
    return value
