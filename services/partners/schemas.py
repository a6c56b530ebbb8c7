"""What the registry takes in and gives out."""

from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, EmailStr, Field, StringConstraints

from services.partners import orgnumber
from shared.contracts.partners import ParallelName
from shared.contracts.vocabulary import FocusArea, Language, Role, Sector
from shared.web.i18n import marker as _
from shared.web.inputs import Input, Prose

WEB = _("Skriv en hel adresse som begynner med https://.")
ONE_LINE = _("Skriv på én linje, uten usynlige styretegn.")
EMAIL_TOO_LONG = _("E-postadressen er for lang: høyst 254 tegn.")
MOST_EMAIL = 254


def one_line(text: str) -> str:
    """Return `text` where it is one line; raises ValueError for control characters, which would break a mail's header."""
    if any(sign < " " or "\x7f" <= sign <= "\x9f" or sign in "\u2028\u2029" for sign in text):
        raise ValueError(ONE_LINE)
    return text


def web_address(text: str) -> str:
    """Return `text` where it is an address on the web; raises ValueError with the remedy."""
    try:
        parts = urlsplit(text)
        if parts.scheme not in ("https", "http") or not parts.hostname or any(sign.isspace() for sign in text):
            raise ValueError(WEB)
    except ValueError as error:
        raise ValueError(WEB) from error
    return one_line(text)


def mail_address(text: str) -> str:
    """Return `text` in lower case, the form in which addresses are kept and compared; raises ValueError."""
    if len(lowered := text.lower()) > MOST_EMAIL:
        raise ValueError(EMAIL_TOO_LONG)
    return one_line(lowered)


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]
OrgNumber = Annotated[str, AfterValidator(orgnumber.normalised)]
Email = Annotated[EmailStr, AfterValidator(mail_address)]
Web = Annotated[str, StringConstraints(max_length=300), AfterValidator(web_address)]
Line120 = Annotated[str, StringConstraints(min_length=1, max_length=120), AfterValidator(one_line)]
Line200 = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(one_line)]
VERSION = "When editing: the version that was read; without it, the last to write wins."


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


class RegionOut(BaseModel):
    """A regional partnership."""

    model_config = ConfigDict(from_attributes=True)

    slug: str
    county_number: str
    name_nb: str
    name_nn: str
    name_en: str
    parallel_names: list[ParallelName]
    language: Language


class OrganisationList(BaseModel):
    """A page of the directory."""

    total: int
    page: int
    per_page: int
    hits: list[OrganisationOut]
