"""The annual round: when accounts for a year are asked for, who was given more time, and who is let off."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.partners.errors import ExceptionLifted, RoundNotPlanned, RoundNotRunning
from services.partners.models.base import Base
from shared.clock import now
from shared.db.base import Json
from shared.ids import new_id

RoundStatus = Literal["planned", "open", "closed"]
ExceptionKind = Literal["postponed", "exempted"]
NUDGES = (-30, -7, -1, 7, 21)


class Round(Base, table=True):
    """The round for the accounts of `year`: opens on a day, with a deadline, nudges so many days from it (before is negative),
    and so many days after it in which the region, then the national office, is asked to step in."""

    __tablename__ = "annual_round"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    year: int = Field(unique=True)
    opens_on: date
    deadline: date
    nudges: list[int] = Field(default_factory=lambda: list(NUDGES), sa_type=Json)
    region_after: int = 14
    national_after: int = 45
    status: RoundStatus = Field(default="planned", sa_type=sa.String(10))
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    version: int = 1
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)

    def become(self, values: Mapping[str, Any]) -> None:
        """Take over `values`; raises RoundNotRunning where it is closed, RoundNotPlanned where it opened and that day would move."""
        if self.status == "closed":
            raise RoundNotRunning
        if self.status == "open" and values.get("opens_on", self.opens_on) != self.opens_on:
            raise RoundNotPlanned(field="opens_on")
        for name, value in values.items():
            setattr(self, name, value)
        self._changed()

    def open(self) -> None:
        """Begin to ask; raises RoundNotPlanned where it was begun before."""
        if self.status != "planned":
            raise RoundNotPlanned
        self.status, self.opened_at = "open", now()
        self._changed()

    def close(self) -> None:
        """Ask no longer; raises RoundNotRunning where it is not open."""
        if self.status != "open":
            raise RoundNotRunning
        self.status, self.closed_at = "closed", now()
        self._changed()

    def _changed(self) -> None:
        self.version += 1
        self.updated_at = now()


class RoundException(Base, table=True):
    """An organisation that has until another day (`until`), or is let off this round; `lifted_at` ends the exception."""

    __tablename__ = "round_exception"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    round_id: UUID = Field(foreign_key="annual_round.id", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    kind: ExceptionKind = Field(sa_type=sa.String(10))
    until: date | None = None
    reason: str = Field(max_length=600)
    decided_by: UUID | None = None
    decided_at: datetime = Field(default_factory=now)
    lifted_at: datetime | None = None

    __table_args__ = (
        sa.Index(
            "uq_round_exception_in_force",
            "round_id",
            "organisation_id",
            unique=True,
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        ),
    )

    def lift(self) -> None:
        """End it; raises ExceptionLifted where it had ended."""
        if self.lifted_at is not None:
            raise ExceptionLifted
        self.lifted_at = now()
