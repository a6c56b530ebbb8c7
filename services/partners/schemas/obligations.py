"""What organisations deliver and state, as the registry takes it in."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from services.partners.models.accounts import KILOGRAM, Tool
from services.partners.schemas.fields import Line120, Web
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
