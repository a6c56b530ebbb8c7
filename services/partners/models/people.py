"""People, and the roles they hold."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.partners.models.base import Base
from services.partners.models.organisations import MOST_FOLDED
from services.partners.names import folded, sort_key
from shared.clock import now
from shared.contracts.vocabulary import FocusArea, Language, Role
from shared.db.base import Json
from shared.ids import new_id


class Person(Base, table=True):
    """Somebody who acts for an organisation, a region or the network: one record, whatever they act for."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    external_id: str | None = Field(default=None, max_length=120, unique=True)
    name: str = Field(max_length=120)
    name_folded: str = Field(default="", max_length=MOST_FOLDED)
    name_order: str = Field(default="", max_length=240, index=True)
    email: str = Field(max_length=254, unique=True)
    title: str | None = Field(default=None, max_length=120)
    language: Language = Field(default="nb", sa_type=sa.String(2))
    region: str | None = Field(default=None, foreign_key="region.slug", max_length=60)
    focus_areas: list[FocusArea] = Field(default_factory=list, sa_type=Json)
    active: bool = True
    version: int = 1
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)

    def become(self, values: Mapping[str, Any]) -> None:
        """Take over `values`, and note the change."""
        for name, value in values.items():
            setattr(self, name, value)
        self.changed()

    def changed(self) -> None:
        """Note that something about them, or about what they act for, changed."""
        self.version += 1
        self.updated_at = now()


class PersonGrant(Base, table=True):
    """A role a person holds: over the network, a region or an organisation."""

    __tablename__ = "person_grant"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    role: Role = Field(sa_type=sa.String(20))
    region: str | None = Field(default=None, foreign_key="region.slug", max_length=60)
    organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    group_id: UUID | None = None
    since: date = Field(default_factory=lambda: now().date())
    until: date | None = None

    @property
    def place(self) -> tuple[Role, str | None, UUID | None]:
        """The role with what it is held over."""
        return self.role, self.region, self.organisation_id


@sa.event.listens_for(Person, "before_insert")
@sa.event.listens_for(Person, "before_update")
def _named(_mapper: Any, _connection: Any, row: Person) -> None:
    row.name_folded = folded(row.name)
    row.name_order = sort_key(row.name)
