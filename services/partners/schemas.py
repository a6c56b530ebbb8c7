"""What the registry takes in and gives out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, EmailStr, Field, StringConstraints, field_validator

from services.partners import orgnumber
from shared.contracts.vocabulary import FocusArea, Language, Role, Sector
from shared.web.i18n import marker as _
from shared.web.inputs import Input, Line, Prose

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]
OrgNumber = Annotated[str, AfterValidator(orgnumber.normalised)]
WEB = _("Skriv en hel adresse som begynner med https://.")


class OrganisationIn(Input):
    """An organisation as it is registered or edited."""

    name: Line
    org_number: OrgNumber | None = Field(None, description="Nine digits, checked modulo 11; spaces are taken away.")
    sector: Sector = "business"
    regions: list[Slug] = Field(default=[], description="Slugs of the regions it is a partner in.", max_length=20)
    municipality: Annotated[str, StringConstraints(max_length=120)] | None = None
    website: Annotated[str, StringConstraints(max_length=300)] | None = None
    description: Prose = ""
    external_id: Annotated[str, StringConstraints(min_length=1, max_length=120)] | None = None
    version: int | None = Field(None, ge=1, le=2**31 - 1, description="When editing: the version that was read.")

    @field_validator("website")
    @classmethod
    def _web(cls, value: str | None) -> str | None:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError(WEB)
        return value


class PersonIn(Input):
    """A person as they are registered or edited."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    email: EmailStr = Field(max_length=254)
    language: Language = "nb"
    role: Role = "partner_member"
    organisation_id: UUID | None = None
    region: Slug | None = Field(
        None, description="The region staff work for, or a person belongs to without an organisation."
    )
    title: Annotated[str, StringConstraints(max_length=120)] | None = None
    focus_areas: list[FocusArea] = Field(default=[], max_length=10)
    external_id: Annotated[str, StringConstraints(min_length=1, max_length=120)] | None = None
    active: bool = True
    version: int | None = Field(None, ge=1, le=2**31 - 1, description="When editing: the version that was read.")


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


class OrganisationList(BaseModel):
    """A page of the directory."""

    total: int
    page: int
    per_page: int
    hits: list[OrganisationOut]
