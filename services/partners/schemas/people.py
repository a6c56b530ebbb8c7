"""People as the registry takes them in and gives them out."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from services.partners.schemas.fields import VERSION_READ, Email, Line120, Slug, one_line
from shared.contracts.vocabulary import FocusArea, Language, PartnerFunction, Role
from shared.web.i18n import marker as _
from shared.web.inputs import Input

PHONE = _("Skriv et telefonnummer med sifre, eventuelt med + og landkode først.")


def phone_number(text: str) -> str:
    """Return `text` where it is a number one can call; raises ValueError with the remedy."""
    digits = text.removeprefix("+").replace(" ", "")
    if not digits.isascii() or not digits.isdigit() or not 3 <= len(digits) <= 15:
        raise ValueError(PHONE)
    return one_line(text)


Phone = Annotated[str, StringConstraints(max_length=40), AfterValidator(phone_number)]
Functions = Annotated[list[PartnerFunction], Field(max_length=10)]


class PersonFields(Input):
    """What is kept of a person beside their roles."""

    name: Line120
    email: Email = Field(description="Compared without difference of case, and kept in lower case.")
    title: Line120 | None = None
    phone: Phone | None = None
    region: Slug | None = Field(None, description="The region a person without an organisation belongs to.")
    focus_areas: list[FocusArea] = Field(default=[], max_length=10)
    external_id: Line120 | None = Field(None, description="Their id in another system; when editing, none leaves it.")
    active: bool = True


class PersonIn(PersonFields):
    """A person as they are registered, with their first role."""

    language: Language | None = Field(None, description="Without one: their organisation's or region's.")
    role: Role = "partner_member"
    region: Slug | None = Field(
        None, description="The region a role is held over, or a person belongs to without an organisation."
    )
    organisation_id: UUID | None = None
    functions: Functions = []

    def place_missing(self) -> str | None:
        """Return the field that must say what the role is held over; None where it is said, or the role is over all."""
        if self.role in ("region_lead", "region_staff", "reviewer") and self.region is None:
            return "region"
        if self.role == "partner_admin" and self.organisation_id is None:
            return "organisation_id"
        if self.role == "partner_member" and self.region is None and self.organisation_id is None:
            return "organisation_id"
        return None


class PersonEdit(PersonFields):
    """A person as they are edited; their roles are given and ended one by one."""

    language: Language = "nb"
    version: int = Field(ge=1, le=2**31 - 1, description=VERSION_READ)


class RoleIn(Input):
    """A role as it is given to somebody."""

    role: Role
    region: Slug | None = None
    organisation_id: UUID | None = None
    functions: Functions = []
    since: date | None = Field(None, description="The first day it holds; today unless told.")
    until: date | None = Field(None, description="The first day it holds no more.")


class RoleEnd(Input):
    """When a role ends."""

    until: date | None = Field(None, description="The first day it holds no more; today unless told.")


class FunctionsIn(Input):
    """What somebody does for an organisation."""

    functions: Functions = []


class ColleagueIn(Input):
    """Somebody a partner adds to their own organisation."""

    name: Line120
    email: Email
    role: Literal["partner_member", "partner_admin"] = "partner_member"
    functions: Functions = []


class ProfileIn(Input):
    """What people tell of themselves."""

    name: Line120
    language: Language
    title: Line120 | None = None
    phone: Phone | None = None
    focus_areas: list[FocusArea] = Field(default=[], max_length=10)
    version: int = Field(ge=1, le=2**31 - 1, description=VERSION_READ)


class GrantOut(BaseModel):
    """A role somebody holds, held or will hold."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    role: Role
    region: str | None
    organisation_id: UUID | None
    group_id: UUID | None
    functions: list[PartnerFunction]
    since: date
    until: date | None


class PersonOut(BaseModel):
    """A person as staff may see them; `roles`, `regions` and `organisation_ids` are those of today, `grants` all they had."""

    id: UUID
    external_id: str | None
    name: str
    email: str
    language: Language
    title: str | None
    phone: str | None
    regions: list[str]
    roles: list[Role]
    organisation_ids: list[UUID]
    functions: list[PartnerFunction]
    grants: list[GrantOut]
    focus_areas: list[FocusArea]
    active: bool
    verified_at: datetime | None
    email_refused_at: datetime | None
    last_active_at: datetime | None
    version: int
    created_at: datetime


class PersonList(BaseModel):
    """A page of the people somebody may see."""

    total: int
    page: int
    per_page: int
    hits: list[PersonOut]
