"""The annual round as the registry takes it in and gives it out."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from services.partners.models.rounds import ExceptionKind
from services.partners.schemas.fields import VERSION
from services.partners.schemas.obligations import Year
from shared.web.i18n import marker as _
from shared.web.inputs import Input, Note

OPENS_LATE = _("Fristen må være etter at runden åpner.")
TOO_EARLY = _("Runden kan ikke åpne før året er over.")
NO_NUDGE = _("Påminnelser kan være fra 180 dager før til 180 dager etter fristen.")
NO_NUDGES = _("Skriv dager med komma mellom, for eksempel -30, -7, +7.")
NATIONAL_FIRST = _("Landskontoret kan ikke kobles på før regionen.")
NO_DAY = _("Velg datoen det er utsatt til.")


def sorted_nudges(value: list[int]) -> list[int]:
    """Return days from the deadline without repeats; raises ValueError for one that is too far away."""
    if any(abs(one) > 180 for one in value):
        raise ValueError(NO_NUDGE)
    return sorted(set(value))


def nudges_as_written(value: str) -> list[int]:
    """Return days written on one line with commas or spaces between: `-30, -7, +7`; raises ValueError."""
    words = value.replace(",", " ").replace("−", "-").split()
    if len(words) > 20 or not all(re.fullmatch(r"[+-]?[0-9]{1,3}", word) for word in words):
        raise ValueError(NO_NUDGES)
    return sorted_nudges([int(word) for word in words])


Nudges = Annotated[list[int], Field(max_length=20), AfterValidator(sorted_nudges)]
Days = Annotated[int, Field(ge=0, le=365)]


class RoundIn(Input):
    """A round as it is planned or edited. `nudges` are days from the deadline, before it negative."""

    year: Year
    opens_on: date
    deadline: date
    nudges: Nudges = [-30, -7, -1, 7, 21]
    region_after: Days = Field(14, description="Days after the deadline in which the region is asked to step in.")
    national_after: Days = Field(45, description="Days after the deadline in which the national office is.")
    version: int | None = Field(None, ge=1, le=2**31 - 1, description=VERSION)

    @field_validator("opens_on")
    @classmethod
    def _after_the_year(cls, value: date, info: ValidationInfo) -> date:
        if value.year <= info.data.get("year", value.year - 1):
            raise ValueError(TOO_EARLY)
        return value

    @field_validator("deadline")
    @classmethod
    def _after_opening(cls, value: date, info: ValidationInfo) -> date:
        if value <= info.data.get("opens_on", date.min):
            raise ValueError(OPENS_LATE)
        return value

    @field_validator("national_after")
    @classmethod
    def _after_the_region(cls, value: int, info: ValidationInfo) -> int:
        if value < info.data.get("region_after", 0):
            raise ValueError(NATIONAL_FIRST)
        return value


class RoundForm(RoundIn):
    """A round as the form sends it: nudges on one line, in `nudge_days`."""

    nudge_days: Annotated[Any, BeforeValidator(nudges_as_written)] = ()

    @property
    def as_round(self) -> RoundIn:
        """The round it describes."""
        return RoundIn(**{**self.model_dump(exclude={"nudge_days"}), "nudges": list(self.nudge_days)})


class ExceptionIn(Input):
    """More time for an organisation, or none of this round at all, and why."""

    kind: ExceptionKind
    until: date | None = Field(None, description="The new deadline, where postponed.", validate_default=True)
    reason: Annotated[Note, Field(min_length=1)]

    @field_validator("until")
    @classmethod
    def _dated(cls, value: date | None, info: ValidationInfo) -> date | None:
        if info.data.get("kind") == "postponed" and value is None:
            raise ValueError(NO_DAY)
        return value if info.data.get("kind") == "postponed" else None
