"""Organisations, and where they are partners."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal, get_args
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.partners.models.base import Base
from services.partners.names import folded, sort_key
from services.partners.register.nace import theme_of
from shared.clock import now, today_in_norway
from shared.contracts.vocabulary import Language, Sector
from shared.db.base import Json
from shared.ids import new_id

MembershipKind = Literal["member", "guest"]

RECORDED = ("recorded_at", "end_recorded_at")
"""When a partnership was entered, which the audit tells by itself."""

MOST_FOLDED = 600
"""A letter may become up to three when its case is folded."""

Status = Literal["prospect", "shadow", "active", "paused", "left"]
STATUSES: tuple[Status, ...] = get_args(Status)
PARTNERS: tuple[Status, ...] = ("shadow", "active", "paused")
"""Those that are partners, which facts and the directory call active. A shadow was entered by others and is not yet claimed."""
Level = Literal["public", "network", "region"]
LEVELS: tuple[Level, ...] = get_args(Level)


class Organisation(Base, table=True):
    """A business, public body, school or association that is, was or may become a partner.

    `active` follows `status`: whether it is one of PARTNERS. `employees` is None where nobody told, which is not 0. `verified_on`:
    the day the register of organisations last bore out what is kept; None where it was typed and never confirmed.
    `language` is None where nobody chose and the register does not tell: people are then written to in their region's.
    `language_before` is what versions read that knew no None, and stays as it was.
    `sector_source` is register or staff; `sector_reason` an interface string, `sector_value` what fills it in.
    `visibility` holds what differs from the defaults (`visibility.DEFAULTS`), by field.
    """

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
    status: Status = Field(default="active", sa_type=sa.String(10), index=True)
    legal_form: str | None = Field(default=None, max_length=10)
    nace_code: str | None = Field(default=None, max_length=10)
    nace_text: str | None = Field(default=None, max_length=200)
    nace_theme: str | None = Field(default=None, max_length=20, index=True)
    employees: int | None = None
    municipality_number: str | None = Field(default=None, max_length=4)
    language: Language | None = Field(default=None, sa_column=sa.Column("spoken_language", sa.String(2)))
    language_before: Language = Field(default="nb", sa_column=sa.Column("language", sa.String(2), nullable=False))
    sector_source: str = Field(default="staff", max_length=10)
    sector_reason: str = Field(default="", max_length=200)
    sector_value: str = Field(default="", max_length=20)
    sector_on: date | None = None
    verified_on: date | None = None
    offers: list[str] = Field(default_factory=list, sa_type=Json)
    needs: list[str] = Field(default_factory=list, sa_type=Json)
    visibility: dict[str, Level] = Field(default_factory=dict, sa_type=Json)
    merged_into: UUID | None = Field(default=None, index=True)
    version: int = 1
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)

    def become(self, values: Mapping[str, Any]) -> None:
        """Take over `values`, and note the change. Given `active` alone, it leaves, or is a partner again."""
        for name, value in values.items():
            setattr(self, name, value)
        if "status" not in values and self.active != (self.status in PARTNERS):
            self.status = "active" if self.active else "left"
        self.active = self.status in PARTNERS
        self.changed()

    def merge_into(self, survivor: "Organisation") -> None:
        """Be no organisation of its own any longer: `survivor` takes its place."""
        self.merged_into = survivor.id
        self.become({"status": "left"})

    def changed(self) -> None:
        """Note that something about it changed."""
        self.version += 1
        self.updated_at = now()


class Membership(Base, table=True):
    """An organisation's partnership in a region, from a day and perhaps to a day; a guest's always ends.

    One that ends as it began never was. `recorded_at` and `end_recorded_at` tell when its beginning and its end were entered, None
    for what was entered before that was kept: on the day itself. What is told of a past day goes by what was entered then.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    region: str = Field(foreign_key="region.slug", index=True, max_length=60)
    kind: MembershipKind = Field(default="member", sa_type=sa.String(10))
    since: date = Field(default_factory=lambda: today_in_norway())
    until: date | None = None
    recorded_at: datetime | None = Field(default_factory=now)
    end_recorded_at: datetime | None = None

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

    def become(self, values: Mapping[str, Any]) -> list["Membership"]:
        """Take over `values`; returns what was known of days that have been, to be kept as rows that tell of those alone."""
        if not values:
            return []
        today = today_in_norway()
        over = self.until is not None and self.until <= today
        known = []
        if self.since <= today and (over or values.keys() - {"until"}):
            end = {} if over else {"until": self.since, "end_recorded_at": now()}
            known.append(Membership(**{**self.model_dump(exclude={"id"}), **end}))
            self.recorded_at = now()
        for name, value in values.items():
            setattr(self, name, value)
        return known


@sa.event.listens_for(Membership, "before_insert")
@sa.event.listens_for(Membership, "before_update")
def _end_recorded(_mapper: Any, _connection: Any, row: Membership) -> None:
    entered = sa.inspect(row).attrs
    told = row.end_recorded_at is not None and entered.end_recorded_at.history.has_changes()
    if entered.until.history.has_changes() and not told:
        row.end_recorded_at = now() if row.until else None


@sa.event.listens_for(Organisation, "before_insert")
@sa.event.listens_for(Organisation, "before_update")
def _named(_mapper: Any, _connection: Any, row: Organisation) -> None:
    row.name_folded = folded(row.name)
    row.name_order = sort_key(row.name)
    row.nace_theme = theme_of(row.nace_code) if row.nace_code else None
    if not row.active and row.status in PARTNERS:
        row.status = "left"
    row.active = row.status in PARTNERS


class FormerName(Base, table=True):
    """A name an organisation had, or one of a double that was merged into it: it is found by it still."""

    __tablename__ = "organisation_former_name"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    name: str = Field(max_length=200)
    name_folded: str = Field(max_length=MOST_FOLDED)
    until: date


class Alias(Base, table=True):
    """An external id that used to be a double's: an import that names it means the organisation that took its place."""

    __tablename__ = "organisation_alias"

    external_id: str = Field(primary_key=True, max_length=120)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)


class Logo(Base, table=True):
    """An organisation's logo, drawn anew by us in two sizes. `digest` tells one from the next."""

    __tablename__ = "organisation_logo"

    organisation_id: UUID = Field(foreign_key="organisation.id", primary_key=True)
    alt: str = Field(max_length=200)
    small: bytes
    large: bytes
    digest: str = Field(max_length=64)
    updated_at: datetime = Field(default_factory=now)


class Distinct(Base, table=True):
    """Two organisations that look alike, and that somebody found to be two. `first_id` is the lesser."""

    __tablename__ = "organisation_distinct"

    first_id: UUID = Field(foreign_key="organisation.id", primary_key=True)
    second_id: UUID = Field(foreign_key="organisation.id", primary_key=True)
    decided_by: UUID | None = None
    decided_at: datetime = Field(default_factory=now)


class Topic(Base, table=True):
    """A term of the vocabulary that offers and needs are named by; `replaced_by` is the code of what took its place."""

    code: str = Field(primary_key=True, max_length=40)
    name_nb: str = Field(max_length=120)
    name_nn: str = Field(max_length=120)
    name_en: str = Field(max_length=120)
    place: int = 0
    valid_from: date | None = None
    valid_to: date | None = None
    replaced_by: str | None = Field(default=None, max_length=40)

    def name(self, language: Language) -> str:
        """Return its name in `language`."""
        return {"nb": self.name_nb, "nn": self.name_nn, "en": self.name_en}[language]

    def holds(self, on: date) -> bool:
        """Whether it may be chosen on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on < self.valid_to)
