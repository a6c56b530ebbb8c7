"""Regions as the registry gives them out."""

from pydantic import BaseModel, ConfigDict

from shared.contracts.partners import ParallelName
from shared.contracts.vocabulary import Language


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
