"""The lines of an import file."""

from typing import Annotated, Literal

from pydantic import Field, RootModel

from services.partners.schemas.fields import Line120
from services.partners.schemas.organisations import OrganisationIn
from services.partners.schemas.people import Functions, PersonIn
from services.partners.usecases.roles import NEEDS_REGION, OF_ORGANISATION, OF_REGION
from shared.contracts.vocabulary import Role
from shared.web.inputs import Input


class OrganisationLine(OrganisationIn):
    """A line that tells of an organisation."""

    kind: Literal["organisation"]
    external_id: Line120


class RoleLine(Input):
    """One of several roles on a person's line; `organisation` is the external id of the one they act for."""

    role: Role
    organisation: str | None = None
    region: str | None = None
    functions: Functions = []


def misplaced(role: RoleLine) -> tuple[str, str] | None:
    """Return the field of a role that is wrong, and why; None where it is held over what it can be held over."""
    if role.role == "group_lead":
        return "role", "the role group_lead is given where the groups are"
    if role.role in NEEDS_REGION and role.region is None:
        return "region", f"the role {role.role} needs it"
    if role.organisation is not None and role.role not in OF_ORGANISATION:
        return "organisation", f"the role {role.role} is not held over one"
    if role.region is not None and role.role not in OF_REGION:
        return "region", f"the role {role.role} is not held over one"
    return None


class PersonLine(PersonIn):
    """A line that tells of a person; `organisation` is the external id of the one they act for. `roles` are held beside the first."""

    kind: Literal["person"]
    external_id: Line120
    organisation: str | None = None
    organisation_id: None = None
    roles: list[RoleLine] = Field(default=[], max_length=50)

    def held(self) -> list[RoleLine]:
        """Return every role the line tells of."""
        region = self.region if self.role in OF_REGION else None
        first = RoleLine(role=self.role, organisation=self.organisation, region=region, functions=self.functions)
        return [first, *self.roles]

    def place_missing(self) -> str | None:
        """Return the field that must say what the role is held over."""
        missing = super().place_missing()
        if missing == "organisation_id":
            return None if self.organisation else "organisation"
        return missing


class Line(RootModel[Annotated[OrganisationLine | PersonLine, Field(discriminator="kind")]]):
    """A line of the file."""
