"""Organisations as the registry takes them in and gives them out."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.partners.schemas.fields import VERSION, Line120, Line200, OrgNumber, Slug, Web
from shared.contracts.vocabulary import Sector
from shared.web.inputs import Input, Prose


class OrganisationIn(Input):
    """An organisation as it is registered or edited."""

    name: Line200
    org_number: OrgNumber | None = Field(None, description="Nine digits, checked modulo 11; spaces are taken away.")
    sector: Sector = "business"
    regions: list[Slug] = Field(default=[], description="Slugs of the regions it is a partner in.", max_length=20)
    municipality: Line120 | None = None
    website: Web | None = None
    description: Prose = ""
    external_id: Line120 | None = Field(None, description="Its id in another system; when editing, none leaves it.")
    active: bool = True
    version: int | None = Field(None, ge=1, le=2**31 - 1, description=VERSION)


class OrganisationOut(BaseModel):
    """An organisation as the public may see it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    external_id: str | None
    org_number: str | None
    name: str
    sector: Sector
    regions: list[str]
    municipality: str | None
    website: str | None
    description: str
    active: bool
    version: int
    url: str


class OrganisationList(BaseModel):
    """A page of the directory."""

    total: int
    page: int
    per_page: int
    hits: list[OrganisationOut]
