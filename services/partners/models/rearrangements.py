"""Regions that are split, merged or renamed: prepared at leisure, executed once."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.partners.models.base import Base
from services.partners.region_errors import AlreadyExecuted, DayPassed, GivenUp
from shared.clock import now, today_in_norway
from shared.db.base import Json
from shared.errors import Refusal
from shared.ids import new_id

RearrangementKind = Literal["split", "merge", "rename"]
RearrangementState = Literal["draft", "scheduled", "executed", "abandoned"]
MovedKind = Literal["organisation", "person", "case", "webinar"]


class Rearrangement(Base, table=True):
    """One operation on regions: `sources` (slugs) close on `effective`, and what is theirs goes to `targets`.

    A target is `{"slug": …, "existing": true}`, or a new region with the fields of :class:`Region`; `takes_guests` marks those in
    which the organisations that went elsewhere stay guests until `guests_until`. `problem` is what refused a due one, an
    interface string filled in with `problem_values`.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: RearrangementKind = Field(sa_type=sa.String(10))
    state: RearrangementState = Field(default="draft", sa_type=sa.String(10), index=True)
    sources: list[str] = Field(sa_type=Json)
    targets: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    effective: date | None = None
    guests_until: date | None = None
    problem: str = Field(default="", max_length=500)
    problem_values: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    version: int = 1
    author_id: UUID | None = None
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)
    executed_at: datetime | None = None
    said: dict[str, Any] | None = Field(default=None, sa_type=Json)

    @property
    def opened(self) -> list[str]:
        """The slugs of the regions that take over."""
        return [target["slug"] for target in self.targets]

    @property
    def is_open(self) -> bool:
        """Whether it may still be changed, executed or given up."""
        return self.state in ("draft", "scheduled")

    def define(self, values: Mapping[str, Any]) -> None:
        """Change what it is to do; raises AlreadyExecuted, GivenUp. One that was scheduled is a draft again."""
        self._is_open()
        for name, value in values.items():
            setattr(self, name, value)
        self.state = "draft"
        self.touched()

    def schedule(self, day: date) -> None:
        """Have it executed on `day`; raises AlreadyExecuted, GivenUp, DayPassed."""
        self._is_open()
        if day < today_in_norway():
            raise DayPassed(field="effective")
        self.state, self.effective, self.problem, self.problem_values = "scheduled", day, "", {}
        self.touched()

    def hinder(self, refusal: Refusal) -> bool:
        """Note what refused it; False where that was known, or it is not scheduled any longer."""
        problem, values = refusal.message[:500], {name: str(value) for name, value in refusal.values.items()}
        if self.state != "scheduled" or (self.problem, self.problem_values) == (problem, values):
            return False
        self.problem, self.problem_values = problem, values
        return True

    def abandon(self) -> None:
        """Give it up: nothing was changed, and nothing will be. Raises AlreadyExecuted, GivenUp."""
        self._is_open()
        self.state = "abandoned"
        self.touched()

    def touched(self) -> None:
        """Note that something about it changed."""
        self.version += 1
        self.updated_at = now()

    def _is_open(self) -> None:
        if self.state == "executed":
            raise AlreadyExecuted
        if self.state == "abandoned":
            raise GivenUp


class Assignment(Base, table=True):
    """Where one organisation, person, case or webinar goes when its region changes; `targets` are slugs, none where it ends.

    Before the operation is executed only what somebody decided (`by_hand`) is kept, and the rest follows from rules; afterwards all of it,
    from which `sources`, and whether it followed its organisation.
    """

    __tablename__ = "rearrangement_assignment"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    rearrangement_id: UUID = Field(foreign_key="rearrangement.id", index=True)
    kind: MovedKind = Field(sa_type=sa.String(12))
    subject_id: UUID
    source: str = Field(max_length=60)
    targets: list[str] = Field(default_factory=list, sa_type=Json)
    by_hand: bool = False
    sources: list[str] = Field(default_factory=list, sa_type=Json)
    follows: bool = False

    __table_args__ = (sa.UniqueConstraint("rearrangement_id", "kind", "subject_id"),)


class PartnerWebinar(Base, table=True):
    """A webinar as the events service last stated it, with the regions it is for."""

    __tablename__ = "partner_webinar"

    id: UUID = Field(primary_key=True)
    version: int
    title: str = Field(max_length=300)
    regions: list[str] = Field(default_factory=list, sa_type=Json)
    starts_at: datetime
    status: Literal["published", "cancelled"] = Field(sa_type=sa.String(12))


class KeptDay(Base, table=True):
    """A day whose beginnings and ends of memberships and roles were told to the network."""

    __tablename__ = "kept_day"

    day: date = Field(primary_key=True)
    kept_at: datetime = Field(default_factory=now)
