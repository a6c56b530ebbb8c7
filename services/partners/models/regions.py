"""Regions: the partnerships the network is made of."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.partners.models.base import Base
from shared.contracts.vocabulary import Language
from shared.db.base import Json
from shared.ids import new_id


class Region(Base, table=True):
    """A regional partnership; `tile_row` and `tile_column` place it on the tile map.

    `parallel_names` are its official names in Sami languages and Kven: `[{"language": "se", "name": "Romsa"}]`.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    slug: str = Field(max_length=60, unique=True)
    county_number: str = Field(max_length=2)
    name_nb: str = Field(max_length=120)
    name_nn: str = Field(max_length=120)
    name_en: str = Field(max_length=120)
    parallel_names: list[dict[str, str]] = Field(default_factory=list, sa_type=Json)
    language: Language = Field(default="nb", sa_type=sa.String(2))
    tile_row: int
    tile_column: int
    version: int = 1

    def name(self, language: Language) -> str:
        """Return the region's name in `language`."""
        return {"nb": self.name_nb, "nn": self.name_nn, "en": self.name_en}[language]
