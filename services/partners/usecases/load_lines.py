"""The lines of an import file."""

from typing import Annotated, Literal

from pydantic import Field, RootModel

from services.partners.schemas import Line120, OrganisationIn, PersonIn


class OrganisationLine(OrganisationIn):
    """A line that tells of an organisation."""

    kind: Literal["organisation"]
    external_id: Line120


class PersonLine(PersonIn):
    """A line that tells of a person; `organisation` is the external id of the one they act for."""

    kind: Literal["person"]
    external_id: Line120
    organisation: str | None = None
    organisation_id: None = None

    def place_missing(self) -> str | None:
        """Return the field that must say what the role is held over."""
        missing = super().place_missing()
        if missing == "organisation_id":
            return None if self.organisation else "organisation"
        return missing


class Line(RootModel[Annotated[OrganisationLine | PersonLine, Field(discriminator="kind")]]):
    """A line of the file."""
