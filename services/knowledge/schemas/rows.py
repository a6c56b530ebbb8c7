"""Rows of a case, as they are sent and shown: figures, funding, who took part, what it leads to, what it says elsewhere."""

import re
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, ValidationInfo, field_validator, model_validator

from services.knowledge.models import SECTIONS
from services.knowledge.models.impact import Per
from services.knowledge.schemas.fields import Address, Kroner, Percent, Short, Summary, Value, Word, Year
from shared.contracts.vocabulary import Language, Scope
from shared.web.i18n import marker as _
from shared.web.inputs import Input, Line, Note, Prose

OF_A_CASE = re.compile(r"(?:https?://[^/\s]+)?/cases/([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})/?")
BACKWARDS = _("Perioden kan ikke slutte før den begynner.")
PER_WHAT = _("Skriv hva én enhet er, for eksempel «bygg».")
NAMELESS = _("Velg en virksomhet, eller skriv navnet på den.")
LEADS_NOWHERE = _("Oppgi adressen til et eksempel i biblioteket eller en nettside.")
NO_SECTION = _("Oversettelsen har en del som eksempler ikke har. Delene heter det samme som feltene.")


class Row(Input):
    """A row of a case."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, from_attributes=True)


class ImpactIn(Row):
    """A figure, with what it takes to trust it. `metric`, `unit`, `method` and `verified_by`: a code, or its name."""

    metric: Word
    value: Value
    unit: Word
    per: Per = "year"
    per_unit: Annotated[str, StringConstraints(max_length=80)] = Field("", validate_default=True)
    scope: Scope | None = None
    baseline_value: Value | None = None
    baseline_year: Year | None = None
    baseline_text: Note = ""
    period_from: date | None = None
    period_to: date | None = None
    method: Word = "unknown"
    method_ref: Annotated[str, StringConstraints(max_length=300)] = ""
    verified_by: Word = "none"
    uncertainty_percent: Percent | None = None
    shared_with: Annotated[str, StringConstraints(max_length=300)] = Field(
        "", description="Who else counts the same figure, so that it is not added up twice."
    )

    @field_validator("scope", mode="before")
    @classmethod
    def _number(cls, value: object) -> object:
        return int(value) if isinstance(value, str) and value in ("1", "2", "3") else value

    @field_validator("period_to")
    @classmethod
    def _forwards(cls, value: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get("period_from")
        if value is not None and start is not None and value < start:
            raise ValueError(BACKWARDS)
        return value

    @field_validator("per_unit")
    @classmethod
    def _of_what(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("per") == "unit" and not value:
            raise ValueError(PER_WHAT)
        return value


class FundingIn(Row):
    """Support: from whom, and how many kroner."""

    source: Line
    nok: Kroner


class ContributorIn(Row):
    """An organisation that took part: in the registry, or by its name. People are not named."""

    organisation_id: UUID | None = None
    name: Short = Field("", validate_default=True)
    role: Word = "partner"

    @field_validator("name")
    @classmethod
    def _somebody(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("organisation_id") is None:
            raise ValueError(NAMELESS)
        return value


class RelationIn(Row):
    """What the case has to do with another one (`target_id`, or its address as `url`), or with something at an address."""

    kind: Word = "related"
    target_id: UUID | None = None
    title: Short = ""
    url: Address = Field("", validate_default=True)

    @model_validator(mode="before")
    @classmethod
    def _in_the_library(cls, value: Any) -> Any:
        """The address of a case stands for the case."""
        if isinstance(value, dict) and isinstance(value.get("url"), str) and not value.get("target_id"):
            found = OF_A_CASE.fullmatch(value["url"].strip())
            return {**value, "target_id": found[1], "url": ""} if found else value
        return value

    @field_validator("url")
    @classmethod
    def _somewhere(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("target_id") is None:
            raise ValueError(LEADS_NOWHERE)
        return value


class LinkIn(Row):
    """A page elsewhere."""

    url: Annotated[Address, Field(min_length=1)]
    title: Short = ""


class TranslationOf(Row):
    """A case as it is told in another language. Sections that are left out are shown in the original."""

    title: Line
    summary: Summary
    texts: dict[str, Prose] = {}

    @field_validator("texts")
    @classmethod
    def _sections(cls, value: dict[str, str]) -> dict[str, str]:
        if not value.keys() <= set(SECTIONS):
            raise ValueError(NO_SECTION)
        return {name: text for name, text in value.items() if text}


class TranslationIn(TranslationOf):
    """A case in another language."""

    language: Language


Contact = Literal["keep", "me", "nobody"]
