"""Matches: a case, or another need, that a need has much in common with, and what became of it."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.knowledge.errors import MatchClosed
from services.knowledge.models.base import Base
from shared.clock import now
from shared.db.base import Json
from shared.ids import new_id

MatchState = Literal["suggested", "asked", "declined", "introduced", "outcome", "closed"]
Helped = Literal["yes", "partly", "no"]
PENDING: tuple[MatchState, ...] = ("suggested", "asked")
TaskKind = Literal["need", "case"]


class Match(Base, table=True):
    """A need and a published case that may answer it, or (`other_need_id`) another need that asks for the same.

    `score` is from 0 to 100. `reasons` are `{"kind": …, "values": […]}`: what both have in common, as codes, or as words of the need.
    The dates tell what became of it: asked for an introduction, reminded, handed to the region, answered, how it went.
    `asked_by` wants to be introduced; `answered_by` is whom they were introduced to. `decline_reason` is for the two parties alone.
    """

    __tablename__ = "need_match"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    need_id: UUID = Field(foreign_key="need.id", index=True)
    case_id: UUID | None = Field(default=None, foreign_key="case.id", index=True)
    other_need_id: UUID | None = Field(default=None, foreign_key="need.id", index=True)
    score: int
    reasons: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    state: MatchState = Field(default="suggested", sa_type=sa.String(20), index=True)
    version: int = 1
    created_at: datetime = Field(default_factory=now)
    asked_at: datetime | None = None
    asked_by: UUID | None = Field(default=None, index=True)
    reminded_at: datetime | None = None
    handed_over_at: datetime | None = None
    answered_at: datetime | None = None
    answered_by: UUID | None = Field(default=None, index=True)
    decline_reason: str = Field(default="", max_length=600)
    outcome_asked: int = 0
    helped: Helped | None = Field(default=None, sa_type=sa.String(10))
    helped_text: str = Field(default="", max_length=600)
    helped_at: datetime | None = None

    __table_args__ = (sa.UniqueConstraint("need_id", "case_id"), sa.UniqueConstraint("need_id", "other_need_id"))

    def ask(self, person_id: UUID) -> bool:
        """Want to be introduced; False where that was asked already. Raises MatchClosed."""
        if self.state in ("asked", "introduced", "outcome"):
            return False
        if self.state != "suggested":
            raise MatchClosed
        self.state, self.asked_at, self.asked_by = "asked", now(), person_id
        self.version += 1
        return True

    def accept(self, person_id: UUID) -> bool:
        """Be introduced; False where that is done already. Raises MatchClosed."""
        if self.state in ("introduced", "outcome"):
            return False
        if self.state != "asked":
            raise MatchClosed
        self.state, self.answered_at, self.answered_by = "introduced", now(), person_id
        self.version += 1
        return True

    def decline(self, person_id: UUID, reason: str) -> bool:
        """Rather not; False where that was said already. Raises MatchClosed."""
        if self.state == "declined":
            return False
        if self.state != "asked":
            raise MatchClosed
        self.state, self.answered_at, self.answered_by = "declined", now(), person_id
        self.decline_reason = reason
        self.version += 1
        return True

    def tell(self, helped: Helped, text: str) -> bool:
        """Say how it went; may be said anew. False where nothing changed. Raises MatchClosed where nobody was introduced."""
        if self.state not in ("introduced", "outcome"):
            raise MatchClosed
        if (self.helped, self.helped_text) == (helped, text):
            return False
        self.state, self.helped, self.helped_text, self.helped_at = "outcome", helped, text, now()
        self.version += 1
        return True

    def close(self) -> None:
        """Lead to nothing any more, since the need or the case is gone."""
        if self.state in PENDING:
            self.state = "closed"
            self.version += 1


class MatchTask(Base, table=True):
    """A need or a case that is still to be matched. The row goes with the commit that writes the matches."""

    __tablename__ = "match_task"

    id: UUID = Field(primary_key=True)
    kind: TaskKind = Field(sa_type=sa.String(10))
    at: datetime = Field(default_factory=now, index=True)
    turn: int = 1
