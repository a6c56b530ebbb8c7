"""What the case library says about partners."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from services.partners.models.base import Base


class PartnerCase(Base, table=True):
    """A case as the library last stated it; without an organisation, or not visible, it stands on nobody's page."""

    __tablename__ = "partner_case"

    case_id: UUID = Field(primary_key=True)
    version: int
    organisation_id: UUID | None = Field(default=None, index=True)
    title: str = Field(max_length=200)
    summary: str = Field(default="", max_length=600)
    region: str = Field(max_length=60)
    published_at: datetime | None = None
    visible: bool = True
