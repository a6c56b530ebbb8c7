"""Regions as the registry takes them in and gives them out."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.partners.schemas.fields import VERSION, Line120, Line200, Slug
from shared.contracts.partners import ParallelName
from shared.contracts.vocabulary import Language
from shared.web.inputs import Input

PARALLEL = ("se", "smj", "sma", "fkv")
"""The languages of official names beside the Norwegian one."""
CountyNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
Tile = Annotated[int, Field(ge=1, le=12)]


class RegionOut(BaseModel):
    """A regional partnership; `host` runs its office, `leaders` are names."""

    model_config = ConfigDict(from_attributes=True)

    slug: str
    county_number: str
    counties: list[str] = Field(description="Numbers of the counties it is for.")
    name_nb: str
    name_nn: str
    name_en: str
    parallel_names: list[ParallelName]
    language: Language
    host: str
    valid_from: date | None
    valid_to: date | None = Field(description="The day it ended; its slug is not used anew.")
    successors: list[str] = Field(description="Slugs of the regions that came after it.")
    leaders: list[str]
    members: int
    guests: int
    version: int


class RegionNames(Input):
    """What a region is called and where it stands on the map."""

    name_nb: Line120
    name_nn: Line120
    name_en: Line120
    parallel_names: list[ParallelName] = Field(default=[], max_length=4)
    language: Language = "nb"
    counties: list[CountyNumber] = Field(default=[], max_length=15, description="Numbers of the counties it is for.")
    tile_row: Tile
    tile_column: Tile


class RegionEdit(RegionNames):
    """A region as it is edited."""

    host: Line200 | None = Field(None, description="The organisation that runs its office.")
    valid_from: date | None = None
    valid_to: date | None = Field(None, description="Only for a region nobody is in; otherwise rearrange it.")
    version: int | None = Field(None, ge=1, le=2**31 - 1, description=VERSION)


class RegionIn(RegionEdit):
    """A region as it is entered."""

    slug: Slug


class MembershipIn(Input):
    """A partnership as it begins; a guest's has an end."""

    region: Slug
    kind: Annotated[str, StringConstraints(pattern="^(member|guest)$")] = "member"
    since: date
    until: date | None = None


class MembershipEnd(Input):
    """The day a partnership ends."""

    until: date = Field(description="The first day it holds no more.")


class MembershipOut(BaseModel):
    """A partnership of an organisation in a region."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    region: str
    kind: str
    since: date
    until: date | None


class RegionForm(RegionEdit):
    """A region as a form sends it: its parallel names are fields of their own."""

    name_se: Line120 | None = None
    name_smj: Line120 | None = None
    name_sma: Line120 | None = None
    name_fkv: Line120 | None = None

    def given(self) -> dict[str, Any]:
        """Return the fields with the parallel names in their list."""
        kept = self.model_dump(exclude={f"name_{code}" for code in PARALLEL})
        names = {code: getattr(self, f"name_{code}") for code in PARALLEL}
        kept["parallel_names"] = [{"language": code, "name": name} for code, name in names.items() if name]
        return kept


class NewRegionForm(RegionForm):
    """A region as the form that enters it sends it."""

    slug: Slug
    takes_guests: bool = False
