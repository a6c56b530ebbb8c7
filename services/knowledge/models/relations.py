"""Whom and what a case is connected with."""

from uuid import UUID

from sqlmodel import Field

from services.knowledge.models.base import Base
from shared.ids import new_id


class Contributor(Base, table=True):
    """An organisation that took part, and as what. One that is not in the registry goes by its name; people are not named here."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case.id", index=True)
    position: int = 0
    organisation_id: UUID | None = Field(default=None, index=True)
    name: str = Field(default="", max_length=200)
    role: str = Field(max_length=60)


class Relation(Base, table=True):
    """What a case has to do with another case, or with something that has an address: a webinar, a report, a group."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case.id", index=True)
    position: int = 0
    kind: str = Field(max_length=60)
    target_id: UUID | None = Field(default=None, index=True)
    title: str = Field(default="", max_length=200)
    url: str = Field(default="", max_length=500)
