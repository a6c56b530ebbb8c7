"""Organisations as the registry takes them in and gives them out."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.partners.models import Level, Status
from services.partners.schemas.fields import VERSION_READ, Line120, Line200, OrgNumber, Slug, Web
from shared.contracts.vocabulary import Language, Sector
from shared.web.inputs import Input, Prose

TopicCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
VisibleField = Literal["website", "description", "employees", "offers", "needs", "contacts"]
LANGUAGE = (
    "What mail to its people is written in, until they choose; none: what the register tells, else their region's."
)
STATUS = "What it is to the network; none: active or left, as `active` says."
VISIBILITY = "Who sees a field: public, network (whoever is signed in) or region (its staff and its own people)."


class OrganisationIn(Input):
    """An organisation as it is registered or edited."""

    name: Line200
    org_number: OrgNumber | None = Field(None, description="Nine digits, checked modulo 11; spaces are taken away.")
    sector: Sector = "business"
    regions: list[Slug] = Field(default=[], description="Slugs of the regions it is a partner in.", max_length=20)
    municipality: Line120 | None = None
    municipality_number: str | None = Field(None, pattern=r"^[0-9]{4}$", description="Four digits, such as 4204.")
    website: Web | None = None
    description: Prose = Field("", description="Markdown.")
    external_id: Line120 | None = Field(None, description="Its id in another system; when editing, none leaves it.")
    active: bool = True
    status: Status | None = Field(None, description=STATUS)
    legal_form: str | None = Field(None, pattern=r"^[A-Z]{2,10}$", description="Code of the legal form, such as AS.")
    nace_code: str | None = Field(None, pattern=r"^[0-9]{2}(\.[0-9]{1,3})?$", description="Such as 84.110.")
    nace_text: Line200 | None = None
    employees: int | None = Field(None, ge=0, le=1_000_000, description="None where it is not told, which is not 0.")
    language: Language | None = Field(None, description=LANGUAGE)
    offers: list[TopicCode] = Field(default=[], max_length=20, description="Codes of topics it can help others with.")
    needs: list[TopicCode] = Field(default=[], max_length=20, description="Codes of topics it wants help with.")
    visibility: dict[VisibleField, Level] = Field(default={}, description=VISIBILITY)


class OrganisationEdit(OrganisationIn):
    """An organisation as it is changed, as a whole."""

    version: int = Field(ge=1, le=2**31 - 1, description=VERSION_READ)


class OrganisationOut(BaseModel):
    """An organisation as whoever asks may see it; what they may not is empty."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    external_id: str | None
    org_number: str | None
    name: str
    sector: Sector
    regions: list[str]
    municipality: str | None
    municipality_number: str | None
    website: str | None
    description: str
    active: bool
    status: Status
    legal_form: str | None
    nace_code: str | None
    nace_text: str | None
    nace_theme: str | None
    employees: int | None
    language: Language | None
    offers: list[str]
    needs: list[str]
    visibility: dict[VisibleField, Level]
    verified_on: date | None
    merged_into: UUID | None
    logo_url: str | None
    version: int
    url: str


class OrganisationList(BaseModel):
    """A page of the directory."""

    total: int
    page: int
    per_page: int
    facets: dict[str, dict[str, int]] = {}
    hits: list[OrganisationOut]


class ProposalOut(BaseModel):
    """What the register of organisations tells of a number, as values to register it with.

    `sector_reason` says why the sector is proposed, `sector_certain` is False where somebody ought to look. `known_as`: the
    organisation that has this number here already.
    """

    org_number: str
    name: str
    sector: Sector
    sector_reason: str
    sector_certain: bool
    municipality: str | None
    municipality_number: str | None
    website: str | None
    legal_form: str | None
    nace_code: str | None
    nace_text: str | None
    employees: int | None
    language: Language | None
    deleted: bool
    known_as: UUID | None = None
