"""Segments as the registry takes them in and gives them out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.partners.models.segments import AccountState, CertificateState, Rule
from services.partners.schemas.fields import VERSION_READ, Line120, Slug
from shared.contracts.vocabulary import FocusArea, Language, PartnerFunction, Role, Sector
from shared.web.i18n import marker as _
from shared.web.inputs import Input

WHICH_YEAR = _("Oppgi året klimaregnskapet gjelder.")
Year = Annotated[int, Field(ge=2000, le=2100)]


class RuleIn(Input):
    """Who belongs: all that is said must hold, and of a list any one; what is left out says nothing."""

    regions: list[Slug] = Field(default=[], max_length=30, description="Slugs; none: the whole network.")
    sectors: list[Sector] = Field(default=[], max_length=10)
    focus_areas: list[FocusArea] = Field(default=[], max_length=10, description="They follow any of these.")
    roles: list[Role] = Field(default=[], max_length=10)
    functions: list[PartnerFunction] = Field(default=[], max_length=10, description="What they do for a partner.")
    languages: list[Language] = Field(default=[], max_length=3)
    account: AccountState | None = Field(None, description="Whether the climate account of `account_year` is there.")
    account_year: Year | None = None
    certificate: CertificateState | None = Field(None, description="Whether the partner holds a valid certificate.")

    @model_validator(mode="after")
    def _year_of_account(self) -> "RuleIn":
        # Assigned past the validators: this is one.
        if self.account is None:
            self.__dict__["account_year"] = None
        return self

    def year_missing(self) -> bool:
        """Whether it asks for an account and does not say which."""
        return self.account is not None and self.account_year is None

    @property
    def rule(self) -> Rule:
        """The rule it describes, each list in order and once."""
        said = self.model_dump(include=set(Rule.model_fields) - {"form"})
        return Rule(**{name: sorted(set(value)) if isinstance(value, list) else value for name, value in said.items()})


class SegmentIn(RuleIn):
    """A segment as it is saved."""

    name: Line120
    version: int | None = Field(None, ge=1, le=2**31 - 1, description=VERSION_READ)


class SegmentOut(BaseModel):
    """A segment as staff may see it; `members` is how many people belong to it by now."""

    id: UUID
    name: str
    rule: Rule
    members: int
    version: int
    created_at: datetime
    updated_at: datetime


class SegmentList(BaseModel):
    """All segments somebody may see."""

    total: int
    hits: list[SegmentOut]


class SegmentCount(BaseModel):
    """How many people a rule names."""

    members: int
