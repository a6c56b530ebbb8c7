"""What the library knows of the registry's nouns, as the registry last said it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.knowledge.models.base import Base
from shared.clock import today_in_norway
from shared.contracts.partners import RegionsRearranged
from shared.contracts.vocabulary import Language
from shared.db.base import Json


class Region(Base, table=True):
    """What the registry last said of a region; version 0 is the reference list until it has spoken.

    One that ended is kept: old addresses and the history of cases name it, and `successors` came after it.
    """

    slug: str = Field(primary_key=True, max_length=60)
    county_number: str = Field(default="", max_length=2)
    name_nb: str = Field(max_length=120)
    name_nn: str = Field(max_length=120)
    name_en: str = Field(max_length=120)
    parallel_names: list[dict[str, str]] = Field(default_factory=list, sa_type=Json)
    language: Language = Field(default="nb", sa_type=sa.String(2))
    tile_row: int
    tile_column: int
    valid_from: date | None = None
    valid_to: date | None = None
    successors: list[str] = Field(default_factory=list, sa_type=Json)
    version: int = 0

    def name(self, language: Language) -> str:
        """Return the region's name in `language`."""
        return {"nb": self.name_nb, "nn": self.name_nn, "en": self.name_en}[language]

    @property
    def names(self) -> tuple[str, ...]:
        """All it is called, in every language."""
        return (self.name_nb, self.name_nn, self.name_en, *(each["name"] for each in self.parallel_names))

    @property
    def holds(self) -> bool:
        """Whether it is a region today."""
        return (self.valid_from or date.min) <= today_in_norway() < (self.valid_to or date.max)


class Organisation(Base, table=True):
    """What the registry last said of an organisation."""

    id: UUID = Field(primary_key=True)
    name: str = Field(max_length=200)
    regions: list[str] = Field(default_factory=list, sa_type=Json)
    active: bool = True
    version: int = 0


class Rearrangement(Base, table=True):
    """A split, merge or renaming of regions, word for word: what is heard later of a closed region is read by it."""

    operation_id: UUID = Field(primary_key=True)
    at: datetime
    said: dict[str, Any] = Field(sa_type=Json)

    @property
    def fact(self) -> RegionsRearranged:
        """What the registry said."""
        return RegionsRearranged.model_validate(self.said)
