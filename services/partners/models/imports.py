"""Imports: a spreadsheet somebody sent, what each of its rows would do, and how far the confirmed ones have come."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, get_args
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.partners.import_errors import ImportConfirmed
from services.partners.models.base import Base
from shared.auth.actor import Actor, Grant
from shared.clock import now
from shared.db.base import Json
from shared.ids import new_id

ImportStatus = Literal["checked", "running", "done"]
Outcome = Literal["new", "corrected", "unchanged", "unknown", "foreign", "wrong"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
GOOD: tuple[Outcome, ...] = ("new", "corrected")
"""What is entered once somebody confirms; the rest changes nothing or cannot be entered."""
Result = Literal["new", "corrected", "unchanged", "failed"]


class Import(Base, table=True):
    """A spreadsheet that was read and checked (`checked`), is being entered (`running`), or was entered (`done`).

    `content` is the file until it is confirmed. `counts` has the number of rows by outcome, of all (`rows`) and of the doubtful
    among the good ones, and once it is done those entered by result (`stored_new` …). `regions` are those whose organisations it
    may touch, None for all: its sender's, and once it is confirmed those of whoever did that. `problems` are about the file as
    a whole.
    """

    __tablename__ = "record_import"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str = Field(max_length=20, index=True)
    file_name: str = Field(max_length=200)
    size: int
    digest: str = Field(max_length=64)
    content: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    status: ImportStatus = Field(default="checked", sa_type=sa.String(10), index=True)
    counts: dict[str, int] = Field(default_factory=dict, sa_type=Json)
    problems: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    regions: list[str] | None = Field(default=None, sa_type=Json)
    made_by: UUID = Field(index=True)
    made_at: datetime = Field(default_factory=now)
    confirmed_by: UUID | None = None
    confirmed_at: datetime | None = None
    finished_at: datetime | None = None

    @classmethod
    def of(cls, kind: str, file_name: str, content: bytes, actor: Actor) -> "Import":
        """Return the import of a file that `actor` sent, with what they may touch."""
        return cls(
            kind=kind,
            file_name=file_name[:200],
            size=len(content),
            digest=sha256(content).hexdigest(),
            content=content,
            regions=_reach(actor),
            made_by=actor.person_id,
        )

    def confirm(self, actor: Actor, counts: Mapping[str, int]) -> None:
        """Have its rows entered within the reach of `actor`, and forget the file; raises ImportConfirmed where that was done before."""
        if self.status != "checked":
            raise ImportConfirmed
        self.status, self.confirmed_by, self.confirmed_at, self.content = "running", actor.person_id, now(), None
        self.regions = _reach(actor)
        self.counts = {**self.counts, **counts}

    def finish(self, counts: Mapping[str, int]) -> None:
        """Note that every row was entered or found wanting."""
        self.status, self.finished_at = "done", now()
        self.counts = {**self.counts, **counts}

    @property
    def confirmer(self) -> Actor | None:
        """Who confirmed it, with the reach they had then; None where nobody did, or they were erased."""
        return Actor(self.confirmed_by, self.id, "", _grants(self.regions)) if self.confirmed_by else None

    def within(self, actor: Actor) -> Actor:
        """Return `actor` with the reach they have now, and no more than when it was confirmed."""
        has = _reach(actor)
        both = self.regions if has is None else has if self.regions is None else sorted({*has} & {*self.regions})
        return replace(actor, grants=_grants(both))


def _reach(actor: Actor) -> list[str] | None:
    return None if actor.is_national else sorted(actor.regions)


def _grants(regions: Sequence[str] | None) -> tuple[Grant, ...]:
    return (Grant("national"),) if regions is None else tuple(Grant("region_staff", region) for region in regions)


class ImportRow(Base, table=True):
    """A row of an import: `number` is the spreadsheet's own, `place` the order in which rows are entered.

    `subject_id` is what it is about, `title` that in words. `problems` have level (wrong, doubt, warn), row, column, heading,
    problem and values. A doubtful row is entered only when it was `chosen`, with a `note` that says why it is right.
    """

    __tablename__ = "import_row"

    import_id: UUID = Field(foreign_key="record_import.id", primary_key=True)
    number: int = Field(primary_key=True)
    place: int = 0
    outcome: Outcome = Field(sa_type=sa.String(10))
    doubtful: bool = False
    chosen: bool = False
    subject_id: UUID | None = None
    title: str = Field(default="", max_length=300)
    given: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    problems: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    note: str = Field(default="", max_length=600)
    result: Result | None = Field(default=None, sa_type=sa.String(10))

    def choose(self, note: str) -> None:
        """Have it entered though it is doubtful; `note` says why it is right."""
        self.chosen, self.note = True, note

    def entered(self, result: Result, problem: dict[str, Any] | None = None) -> None:
        """Note what came of it."""
        self.result = result
        if problem is not None:
            self.problems = [*self.problems, problem]
