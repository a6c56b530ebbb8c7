"""A need and its matches, as they are sent and as they are shown."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.knowledge.models.matches import Helped, MatchState
from services.knowledge.models.needs import NeedStatus, Visibility
from services.knowledge.schemas.fields import Slug, Words
from services.knowledge.search.likeness import ReasonKind
from shared.contracts.vocabulary import FocusArea, Language, Scope, Sector
from shared.web.inputs import Input, Line, Note, Prose


class NeedIn(Input):
    """What an organisation is looking for. `measure_types`: codes or names of the vocabulary `measure_type`."""

    title: Line
    text: Prose = ""
    language: Language = "nb"
    focus_areas: list[FocusArea] = Field(default=[], max_length=10)
    scopes: list[Scope] = Field(default=[], max_length=3)
    sector: Sector | None = Field(None, description="The sector of those whose experience is looked for.")
    measure_types: Words = []
    region: Slug = Field(description="Slug of the region that looks after it.")
    wanted_by: date = Field(description="The last day it is looked for.")
    visibility: Visibility = Field(
        "public", description="`network`: whoever holds a role; `region`: people of its region."
    )
    organisation_id: UUID | None = Field(None, description="Whose need it is; that does not change later.")
    version: int | None = Field(None, ge=1, le=2**31 - 1, description="When editing: the version that was read.")

    @field_validator("scopes", mode="before")
    @classmethod
    def _numbers(cls, value: Any) -> Any:
        return [int(item) if item in ("1", "2", "3") else item for item in value] if isinstance(value, list) else value

    @field_validator("focus_areas", "scopes", mode="after")
    @classmethod
    def _once(cls, value: list[Any]) -> list[Any]:
        return list(dict.fromkeys(value))

    def content(self) -> dict[str, Any]:
        """Return the fields a need takes over, apart from its kinds of measures."""
        return self.model_dump(exclude={"organisation_id", "version", "measure_types"})


class DeclineIn(Input):
    """Rather no introduction; the reason is for the one who asked, and may be left out."""

    reason: Note = ""


class OutcomeIn(Input):
    """Whether an introduction helped."""

    helped: Helped
    text: Note = ""


class NeedOut(BaseModel):
    """A need as those who may read it get it. Who posted it is not told."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    status: NeedStatus
    version: int
    title: str
    text: str
    language: Language
    focus_areas: list[FocusArea]
    scopes: list[Scope]
    sector: Sector | None
    measure_codes: list[str]
    region: str
    wanted_by: date
    visibility: Visibility
    organisation_id: UUID
    created_at: datetime
    closed_at: datetime | None
    url: str


class ReasonOut(BaseModel):
    """What two have in common: codes of a vocabulary, or words of the need."""

    kind: ReasonKind
    values: list[str | int]


class MatchOut(BaseModel):
    """A case that may answer a need; `score` is from 0 to 100. For the need's own people and staff."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    need_id: UUID
    case_id: UUID
    case_title: str
    score: int
    reasons: list[ReasonOut]
    state: MatchState
    asked_at: datetime | None
    answered_at: datetime | None
    decline_reason: str
    helped: Helped | None


class IntroductionOut(BaseModel):
    """How an introduction stands."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    need_id: UUID
    case_id: UUID
    state: MatchState
    asked_at: datetime | None
    answered_at: datetime | None
    helped: Helped | None


class MatchesOut(BaseModel):
    """The matches of a need, the nearest first. `waits` while it is still to be matched."""

    waits: bool
    matches: list[MatchOut]
