"""Merging organisations, as programs ask for it."""

from uuid import UUID

from pydantic import BaseModel, Field

from services.partners.schemas.fields import VERSION_READ
from shared.web.inputs import Input


class MergeIn(Input):
    """Which organisation takes the place of which."""

    survivor_id: UUID
    loser_id: UUID
    survivor_version: int = Field(ge=1, le=2**31 - 1, description=VERSION_READ)
    loser_version: int = Field(ge=1, le=2**31 - 1, description=VERSION_READ)


class DistinctIn(Input):
    """Two organisations that look alike and are two."""

    first: UUID
    second: UUID


class DoubleOut(BaseModel):
    """Two organisations that may be the same; `share` from 0 to 1 is how much of their names is common."""

    first_id: UUID
    first_name: str
    second_id: UUID
    second_name: str
    share: float
    same_website: bool
    same_municipality: bool
