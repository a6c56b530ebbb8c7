"""The nouns of the registry."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.partners.errors import LinkSpent
from services.partners.names import folded, sort_key
from shared.clock import now
from shared.contracts.vocabulary import FocusArea, Language, Role, Sector
from shared.db.base import Json, house_tables, metadata
from shared.ids import new_id


class Base(SQLModel, registry=registry(metadata=metadata())):
    """The base of this service's tables."""


HOUSE = house_tables(Base.metadata)
MOST_FOLDED = 600
"""A letter may become up to three when its case is folded."""


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


class Organisation(Base, table=True):
    """A business, public body, school or association that is, was or may become a partner."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    external_id: str | None = Field(default=None, max_length=120, unique=True)
    org_number: str | None = Field(default=None, max_length=9, unique=True)
    name: str = Field(max_length=200)
    name_folded: str = Field(default="", max_length=MOST_FOLDED)
    name_order: str = Field(default="", max_length=240, index=True)
    sector: Sector = Field(sa_type=sa.String(20), index=True)
    municipality: str | None = Field(default=None, max_length=120)
    website: str | None = Field(default=None, max_length=300)
    description: str = Field(default="", max_length=5_000)
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
        """Note that something about it changed."""
        self.version += 1
        self.updated_at = now()


class Membership(Base, table=True):
    """An organisation's partnership in a region, from a day and perhaps to a day."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    region: str = Field(foreign_key="region.slug", index=True, max_length=60)
    since: date = Field(default_factory=lambda: now().date())
    until: date | None = None

    __table_args__ = (
        sa.Index(
            "uq_membership_running",
            "organisation_id",
            "region",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        ),
    )


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
    since: date = Field(default_factory=lambda: now().date())
    until: date | None = None

    @property
    def place(self) -> tuple[Role, str | None, UUID | None]:
        """The role with what it is held over."""
        return self.role, self.region, self.organisation_id


@sa.event.listens_for(Organisation, "before_insert")
@sa.event.listens_for(Organisation, "before_update")
@sa.event.listens_for(Person, "before_insert")
@sa.event.listens_for(Person, "before_update")
def _named(_mapper: Any, _connection: Any, row: Organisation | Person) -> None:
    row.name_folded = folded(row.name)
    row.name_order = sort_key(row.name)


class SignInRequest(Base, table=True):
    """A sign-in link that was sent: kept as a digest, good for minutes, spent once; `back` is where it leads to."""

    __tablename__ = "sign_in_request"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    digest: str = Field(max_length=64, unique=True)
    back: str = Field(default="/", max_length=500)
    asked_at: datetime = Field(default_factory=now)
    expires_at: datetime
    spent_at: datetime | None = None

    def spend(self) -> None:
        """Use the link up; raises LinkSpent where it was used or its time is over."""
        if self.spent_at is not None or self.expires_at <= now():
            raise LinkSpent
        self.spent_at = now()


class SignInCount(Base, table=True):
    """How often a link was asked for in one hour: for an address, or from a client, each kept as a keyed digest."""

    __tablename__ = "sign_in_count"

    key: str = Field(primary_key=True, max_length=64)
    hour: datetime = Field(primary_key=True)
    count: int = 1


class Session(Base, table=True):
    """A signed-in browser: its tokens are short-lived and renewed from this row while it lasts."""

    __tablename__ = "session"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    started_at: datetime = Field(default_factory=now)
    used_at: datetime = Field(default_factory=now)
    ended_at: datetime | None = None

    def end(self) -> bool:
        """End it; False where it had ended before."""
        if self.ended_at is not None:
            return False
        self.ended_at = now()
        return True

    def lasts(self, idle: timedelta, absolute: timedelta) -> bool:
        """Whether it may still be renewed."""
        return self.ended_at is None and now() < min(self.used_at + idle, self.started_at + absolute)


class PartnerCase(Base, table=True):
    """A case as the library last stated it; without an organisation, or not visible, it stands on nobody's page."""

    __tablename__ = "partner_case"

    case_id: UUID = Field(primary_key=True)
    version: int
    organisation_id: UUID | None = Field(default=None, index=True)
    title: str = Field(max_length=200)
    summary: str = Field(default="", max_length=600)
    region: str = Field(max_length=60)
    published_at: datetime | None = None
    visible: bool = True
