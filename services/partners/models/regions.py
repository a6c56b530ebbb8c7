"""Regions: the partnerships the network is made of."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.partners.models.base import Base
from shared.clock import today_in_norway
from shared.contracts.vocabulary import Language
from shared.db.base import Json
from shared.ids import new_id


class Region(Base, table=True):
    """A regional partnership; `tile_row` and `tile_column` place it on the tile map.

    `parallel_names` are its official names in Sami languages and Kven: `[{"language": "se", "name": "Romsa"}]`. `counties` are the
    numbers of all counties it is for, where they are several; `host` is the organisation that runs its office. It holds from
    `valid_from` and, once it was split, merged or renamed, to `valid_to`: `successors` came after it, and its slug is never used anew.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    slug: str = Field(max_length=60, unique=True)
    county_number: str = Field(max_length=2)
    counties: list[str] = Field(default_factory=list, sa_type=Json)
    name_nb: str = Field(max_length=120)
    name_nn: str = Field(max_length=120)
    name_en: str = Field(max_length=120)
    parallel_names: list[dict[str, str]] = Field(default_factory=list, sa_type=Json)
    language: Language = Field(default="nb", sa_type=sa.String(2))
    host: str = Field(default="", max_length=200)
    tile_row: int
    tile_column: int
    valid_from: date | None = None
    valid_to: date | None = None
    successors: list[str] = Field(default_factory=list, sa_type=Json)
    version: int = 1

    def name(self, language: Language) -> str:
        """Return the region's name in `language`."""
        return {"nb": self.name_nb, "nn": self.name_nn, "en": self.name_en}[language]

    @property
    def covers(self) -> list[str]:
        """The numbers of the counties it is for."""
        return self.counties or [number for number in [self.county_number] if number]

    def holds(self, day: date | None = None) -> bool:
        """Whether it is a region on `day`; today without one."""
        day = day or today_in_norway()
        return (self.valid_from or date.min) <= day < (self.valid_to or date.max)

    def become(self, values: Mapping[str, Any]) -> None:
        """Take over `values`, and note the change."""
        for name, value in values.items():
            setattr(self, name, value)
        self.version += 1

    def close(self, day: date, successors: Sequence[str]) -> None:
        """End it on `day`, with what comes after it."""
        self.become({"valid_to": day, "successors": list(successors)})
