"""The nouns of events."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from pydantic import NaiveDatetime
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.events.errors import Begun, Cancelled, EndsTooEarly, NotADraft, NotPublished, NotRegistered
from services.events.walltime import DEFAULT_ZONE, moment
from shared.auth.merged import merged_table
from shared.auth.policy import Target, about
from shared.clock import now, today_in_norway
from shared.contracts.events import STRONGEST, Audience
from shared.contracts.partners import RegionsRearranged
from shared.contracts.vocabulary import FocusArea, Language
from shared.db.base import Json, house_tables, metadata
from shared.ids import new_id

Status = Literal["draft", "published", "cancelled"]
Reach = Literal["national", "regions"]
Answer = Literal["registered", "declined", "withdrawn"]
Source = Literal["invitation", "self", "staff"]


class Base(SQLModel, registry=registry(metadata=metadata())):
    """The base of this service's tables."""


HOUSE = house_tables(Base.metadata)
MERGED = merged_table(Base.metadata)


class Webinar(Base, table=True):
    """A meeting on the web for the whole network or some regions.

    What people wrote is the wall time `local_start`–`local_end` in `time_zone`; `starts_at` and `ends_at` are when that is, in UTC.
    `version` counts revisions; `sequence` is the calendar's own count (RFC 5545). `join_url` is a secret of those who come.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    external_id: str | None = Field(default=None, max_length=120, unique=True)
    status: Status = Field(default="draft", sa_type=sa.String(12), index=True)
    version: int = 1
    sequence: int = 0
    title: str = Field(max_length=200)
    summary: str = Field(max_length=600)
    description: str = Field(default="", max_length=5_000)
    language: Language = Field(default="nb", sa_type=sa.String(2))
    scope: Reach = Field(sa_type=sa.String(10))
    regions: list[str] = Field(default_factory=list, sa_type=Json)
    focus_area: FocusArea | None = Field(default=None, sa_type=sa.String(20))
    segment_id: UUID | None = None
    local_start: NaiveDatetime
    local_end: NaiveDatetime
    time_zone: str = Field(default=DEFAULT_ZONE, max_length=60)
    starts_at: datetime = Field(index=True)
    ends_at: datetime
    join_url: str | None = Field(default=None, max_length=500)
    capacity: int | None = None
    organiser_id: UUID | None = None
    cancel_reason: str = Field(default="", max_length=600)
    published_at: datetime | None = None
    cancelled_at: datetime | None = None
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)

    @property
    def uid(self) -> str:
        """The calendar's name for it, the same for ever."""
        return f"{self.id}@koblingsboks"

    @property
    def audience(self) -> Audience:
        """Who it concerns."""
        return Audience(scope=self.scope, regions=self.regions, focus_area=self.focus_area, segment_id=self.segment_id)

    @property
    def target(self) -> Target:
        """What the table of rights asks about it."""
        return about(*self.regions, national=self.scope == "national")

    @property
    def begun(self) -> bool:
        """Whether it has begun."""
        return self.starts_at <= now()

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.ends_at <= now()

    def revise(self, values: Mapping[str, object]) -> None:
        """Change a draft; raises NotADraft."""
        if self.status != "draft":
            raise NotADraft
        for name, value in values.items():
            setattr(self, name, value)
        self._changed()

    def publish(self) -> bool:
        """Announce a draft; False where it was announced before. Raises Cancelled, Begun."""
        if self.status == "published":
            return False
        if self.status == "cancelled":
            raise Cancelled
        if self.begun:
            raise Begun
        self.enter_calendar()
        return True

    def enter_calendar(self) -> None:
        """Show a draft to everybody, past or ahead."""
        self.status = "published"
        self.published_at = now()
        self._changed()

    def cancel(self, reason: str) -> bool:
        """Call a published webinar off; False where it was called off before. Raises NotPublished, Begun when it is over."""
        if self.status == "cancelled":
            return False
        if self.status == "draft":
            raise NotPublished
        if self.over:
            raise Begun
        self.status = "cancelled"
        self.cancel_reason = reason
        self.cancelled_at = now()
        self.sequence += 1
        self._changed()
        return True

    def move(self, regions: list[str]) -> None:
        """Be for other regions, since its own were split, merged or renamed."""
        self.regions = regions
        self._changed()

    def takes_answers(self) -> None:
        """Raise NotPublished, Cancelled or Begun where nobody can answer any longer, or yet."""
        if self.status == "draft":
            raise NotPublished
        if self.status == "cancelled":
            raise Cancelled
        if self.begun:
            raise Begun

    def _changed(self) -> None:
        self.version += 1
        self.updated_at = now()


def times(local_start: datetime, local_end: datetime, time_zone: str) -> dict[str, object]:
    """Return a webinar's times from wall time; raises NoSuchTime, EndsTooEarly."""
    starts_at = moment(local_start, time_zone, "starts_at")
    ends_at = moment(local_end, time_zone, "ends_at")
    if ends_at <= starts_at:
        raise EndsTooEarly(field="ends_at")
    return {
        "local_start": local_start,
        "local_end": local_end,
        "time_zone": time_zone,
        "starts_at": starts_at,
        "ends_at": ends_at,
    }


class Registration(Base, table=True):
    """A person's answer to a webinar."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    webinar_id: UUID = Field(foreign_key="webinar.id")
    person_id: UUID = Field(index=True)
    state: Answer = Field(sa_type=sa.String(12))
    source: Source = Field(sa_type=sa.String(12))
    version: int = 0
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)

    __table_args__ = (sa.UniqueConstraint("webinar_id", "person_id"),)

    @property
    def holds_place(self) -> bool:
        """Whether it takes one of the webinar's places."""
        return self.version > 0 and self.state == "registered"

    def answer(self, state: Answer, source: Source) -> bool:
        """Take an answer; False where it says nothing new. Raises NotRegistered when there is nothing to withdraw."""
        if self.version and (state == self.state or (state, self.state) == ("withdrawn", "declined")):
            return False
        if state == "withdrawn" and not self.version:
            raise NotRegistered
        self.state = state
        self.source = source
        self.version += 1
        self.updated_at = now()
        return True

    @property
    def weight(self) -> tuple[int, UUID]:
        """By which the answers of records that are one person are put in order: the least is the one that stands."""
        return STRONGEST.index(self.state), self.id

    def pass_to(self, person_id: UUID, instead: "Registration | None") -> None:
        """Be somebody's answer from now on, instead of the one that goes."""
        self.person_id = person_id
        if instead is not None:
            self.created_at = min(self.created_at, instead.created_at)
        self.version = max(self.version, instead.version if instead else 0) + 1


class Region(Base, table=True):
    """A region, as partners recorded it. One that ended is kept: old addresses name it, and `successors` came after it."""

    region_id: UUID = Field(primary_key=True)
    version: int
    slug: str = Field(max_length=60, unique=True)
    name_nb: str = Field(max_length=120)
    name_nn: str = Field(max_length=120)
    name_en: str = Field(max_length=120)
    valid_from: date | None = None
    valid_to: date | None = None
    successors: list[str] = Field(default_factory=list, sa_type=Json)

    def name(self, language: Language) -> str:
        """Return the region's name in `language`."""
        return {"nb": self.name_nb, "nn": self.name_nn, "en": self.name_en}[language]

    @property
    def holds(self) -> bool:
        """Whether it is a region today."""
        return (self.valid_from or date.min) <= today_in_norway() < (self.valid_to or date.max)


class Rearrangement(Base, table=True):
    """A split, merge or renaming of regions, word for word: what is heard later of a closed region is read by it."""

    operation_id: UUID = Field(primary_key=True)
    at: datetime
    said: dict[str, Any] = Field(sa_type=Json)

    @property
    def fact(self) -> RegionsRearranged:
        """What the registry said."""
        return RegionsRearranged.model_validate(self.said)


class ConcernedPerson(Base, table=True):
    """Somebody a webinar may concern, as partners stated them: no name and no address are kept."""

    __tablename__ = "concerned_person"

    person_id: UUID = Field(primary_key=True)
    version: int
    language: Language = Field(default="nb", sa_type=sa.String(2))
    active: bool


class PersonRegion(Base, table=True):
    """A region somebody belongs to."""

    __tablename__ = "person_region"

    person_id: UUID = Field(foreign_key="concerned_person.person_id", primary_key=True)
    region: str = Field(max_length=60, primary_key=True, index=True)


class PersonFocusArea(Base, table=True):
    """A focus area somebody follows."""

    __tablename__ = "person_focus_area"

    person_id: UUID = Field(foreign_key="concerned_person.person_id", primary_key=True)
    focus_area: str = Field(max_length=20, primary_key=True, index=True)


class Segment(Base, table=True):
    """A saved group of people, as the registry stated it. One that was given up stays, without members."""

    segment_id: UUID = Field(primary_key=True)
    version: int
    name: str = Field(default="", max_length=200)
    regions: list[str] = Field(default_factory=list, sa_type=Json)
    active: bool = True

    @property
    def target(self) -> Target:
        """What the table of rights asks about it: without regions it reaches everywhere."""
        return about(*self.regions, national=not self.regions)


class SegmentMember(Base, table=True):
    """Somebody who belongs to a segment."""

    __tablename__ = "segment_member"

    segment_id: UUID = Field(foreign_key="segment.segment_id", primary_key=True)
    person_id: UUID = Field(primary_key=True, index=True)


class Send(Base, table=True):
    """What the notifier told of one send about a webinar; the parts are there once it is complete."""

    send_id: UUID = Field(primary_key=True)
    webinar_id: UUID = Field(foreign_key="webinar.id", index=True)
    audience: int
    frozen_at: datetime
    frozen_version: int | None = None
    completed_version: int | None = None
    sent: int = 0
    failed: int = 0
    suppressed: int = 0
    unknown: int = 0

    @property
    def completed(self) -> bool:
        """Whether every delivery has reached an end, also those that were added later."""
        return self.completed_version is not None and self.completed_version > (self.frozen_version or 0)
