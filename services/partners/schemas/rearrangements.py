"""What a rearrangement of regions is told."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from services.partners.schemas.fields import Slug, one_line
from services.partners.schemas.regions import RegionNames
from shared.web.inputs import Input


class NewRegion(RegionNames):
    """A region that comes to be."""

    slug: Slug
    host: Annotated[str, StringConstraints(max_length=200), AfterValidator(one_line)] | None = Field(
        None, description="The organisation that runs its office; without one, that of the region it comes after."
    )
    takes_guests: bool = False

    def kept(self) -> dict[str, Any]:
        """Return what the rearrangement keeps of it."""
        return {**self.model_dump(mode="json"), "existing": False}


class KnownRegion(Input):
    """A region there is already, that takes over."""

    slug: Slug
    takes_guests: bool = False

    def kept(self) -> dict[str, Any]:
        """Return what the rearrangement keeps of it."""
        return {**self.model_dump(mode="json"), "existing": True}


class Definition(Input):
    """The regions that take over, and until when organisations are guests in those they did not go to."""

    targets: list[NewRegion | KnownRegion] = Field(default=[], max_length=10)
    guests_until: date | None = None

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        slugs = [target.slug for target in self.targets]
        if len(set(slugs)) != len(slugs):
            raise ValueError("the regions that take over are all different")
        return self
