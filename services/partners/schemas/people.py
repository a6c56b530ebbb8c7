"""People as the registry takes them in and gives them out."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.partners.schemas.fields import VERSION, Email, Line120, Slug
from shared.contracts.vocabulary import FocusArea, Language, Role
from shared.web.inputs import Input


class PersonIn(Input):
    """A person as they are registered or edited."""

    name: Line120
    email: Email = Field(description="Compared without difference of case, and kept in lower case.")
    language: Language = "nb"
    role: Role = "partner_member"
    organisation_id: UUID | None = None
    region: Slug | None = Field(
        None, description="The region staff work for, or a person belongs to without an organisation."
    )
    title: Line120 | None = None
    focus_areas: list[FocusArea] = Field(default=[], max_length=10)
    external_id: Line120 | None = Field(None, description="Their id in another system; when editing, none leaves it.")
    active: bool = True
    version: int | None = Field(None, ge=1, le=2**31 - 1, description=VERSION)

    def place_missing(self) -> str | None:
        """Return the field that must say what the role is held over; None where it is said, or the role is over all."""
        if self.role == "region_staff" and self.region is None:
            return "region"
        if self.role == "partner_member" and self.region is None and self.organisation_id is None:
            return "organisation_id"
        return None


class PersonOut(BaseModel):
    """A person as staff may see them."""

    id: UUID
    external_id: str | None
    name: str
    email: str
    language: Language
    title: str | None
    regions: list[str]
    roles: list[Role]
    organisation_ids: list[UUID]
    focus_areas: list[FocusArea]
    active: bool
    version: int
    created_at: datetime
