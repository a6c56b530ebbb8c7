"""Claims as the registry takes them in and gives them out."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.partners.models import ClaimState
from services.partners.schemas.fields import Email, Line120
from shared.web.inputs import Input, Note


class ClaimIn(Input):
    """What somebody who is signed in says when they claim an organisation."""

    message: Note = Field("", description="To the region's staff: what you do there.")


class StrangerClaimIn(ClaimIn):
    """What somebody says who is not signed in: they are written to at `email`, and claim once they have opened the link."""

    name: Line120
    email: Email


class RejectionIn(Input):
    """Why a claim is refused; sent to whoever claimed."""

    reason: Note = ""


class ClaimOut(BaseModel):
    """A claim as the staff of its regions, and whoever claimed, may see it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    organisation_id: UUID
    person_id: UUID
    message: str
    state: ClaimState
    reason: str
    asked_at: datetime
    decided_at: datetime | None
