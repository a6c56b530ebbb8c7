"""Adoptions and questions, as they are sent and as they are shown."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.knowledge.models.adoptions import AdoptionStatus
from services.knowledge.schemas.fields import Slug
from services.knowledge.schemas.rows import ImpactIn
from shared.web.inputs import Input, Note


class AdoptionIn(Input):
    """That somebody does what a case tells of. Without an organisation, it is the region itself."""

    region: Slug
    organisation_id: UUID | None = None
    status: AdoptionStatus = "considering"
    note: Note = ""
    impacts: Annotated[list[ImpactIn], Field(max_length=10)] = Field([], description="Figures of their own.")
    version: int | None = Field(None, ge=1, le=2**31 - 1, description="When editing: the version that was read.")


class AdoptionOut(BaseModel):
    """An adoption as everybody gets it. Figures stand for themselves, in whatever unit: they are not added up."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    case_id: UUID
    region: str
    organisation_id: UUID | None
    status: AdoptionStatus
    note: str
    impacts: list[dict[str, Any]]
    draft_id: UUID | None
    version: int


class QuestionIn(Input):
    """What somebody asks those behind a case. It goes out by mail and is not kept."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]


class QuestionOut(BaseModel):
    """A question as the two get it, without what was asked."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    case_id: UUID
    asked_at: datetime
    answered_at: datetime | None
