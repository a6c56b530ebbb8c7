"""What a partner commits to beside the account: certification, action plan, goal, lead project and fee."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal, get_args
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.partners.errors import Removed
from services.partners.models.base import Base
from shared.clock import now
from shared.ids import new_id

CertificationKind = Literal["miljofyrtarn", "iso14001", "emas", "other"]
CERTIFICATION_KINDS: tuple[CertificationKind, ...] = get_args(CertificationKind)
CERTIFICATION_NAMES: dict[CertificationKind, str] = {
    "miljofyrtarn": "Miljøfyrtårn",
    "iso14001": "ISO 14001",
    "emas": "EMAS",
}
"""What they are called in every language; one of the kind `other` has a name of its own."""


class Held(Base):
    """A thing an organisation holds or has stated, which may be edited and removed; a removed one is kept for history."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    version: int = 1
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)
    removed_at: datetime | None = None

    def become(self, values: Mapping[str, Any]) -> None:
        """Take over `values`; raises Removed."""
        if self.removed_at is not None:
            raise Removed
        for name, value in values.items():
            setattr(self, name, value)
        self._changed()

    def remove(self) -> None:
        """Take it out of what holds; raises Removed where it was out before."""
        if self.removed_at is not None:
            raise Removed
        self.removed_at = now()
        self._changed()

    def _changed(self) -> None:
        self.version += 1
        self.updated_at = now()


class Certification(Held, table=True):
    """A certificate with its validity, or with `planned_on` alone the plan to have one by that day. `name` is for kind `other`."""

    kind: CertificationKind = Field(sa_type=sa.String(20))
    name: str | None = Field(default=None, max_length=120)
    number: str | None = Field(default=None, max_length=60)
    valid_from: date | None = None
    valid_to: date | None = None
    planned_on: date | None = None


class ActionPlan(Held, table=True):
    """A plan for environmental work, adopted by the management, as a link or a file."""

    __tablename__ = "action_plan"

    adopted_on: date
    valid_to: date | None = None
    link: str | None = Field(default=None, max_length=300)
    file_id: UUID | None = Field(default=None, foreign_key="stored_file.id")


class Goal(Held, table=True):
    """The goal to be fossil free in direct emissions by a year; one in force for each organisation."""

    fossil_free_year: int | None = None
    text: str = Field(default="", max_length=2_000)

    __table_args__ = (
        sa.Index(
            "uq_goal_in_force",
            "organisation_id",
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        ),
    )


class LeadProject(Held, table=True):
    """A project that shows the way: an example in the case library, or words of its own."""

    __tablename__ = "lead_project"

    case_id: UUID | None = None
    title: str = Field(default="", max_length=200)
    text: str = Field(default="", max_length=2_000)


class Fee(Base, table=True):
    """Whether the fee of a year is paid; invoices are somebody else's business."""

    organisation_id: UUID = Field(foreign_key="organisation.id", primary_key=True)
    year: int = Field(primary_key=True)
    paid: bool = False
    paid_on: date | None = None
    note: str = Field(default="", max_length=600)
    version: int = 1
    updated_at: datetime = Field(default_factory=now)

    def become(self, paid: bool, paid_on: date | None, note: str) -> None:
        """Note whether and when it was paid."""
        self.paid, self.paid_on, self.note = paid, paid_on if paid else None, note
        self.version += 1
        self.updated_at = now()
