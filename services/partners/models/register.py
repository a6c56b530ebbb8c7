"""What the register of organisations said otherwise, and how far it was asked."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.partners.errors import FindingHandled
from services.partners.models.base import Base
from shared.clock import now
from shared.db.base import Json
from shared.ids import new_id

FindingState = Literal["open", "taken", "kept", "gone"]


class RegisterFinding(Base, table=True):
    """One thing the register says otherwise of an organisation: once for the same news (`key`), however many nights it is found.

    `taken`: taken over; `kept`: somebody decided that ours stands; `gone`: the register no longer says so.
    """

    __tablename__ = "register_finding"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    key: str = Field(max_length=300)
    code: str = Field(max_length=30)
    severity: str = Field(max_length=10)
    values: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    proposal: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    happened_on: date | None = None
    state: FindingState = Field(default="open", sa_type=sa.String(10), index=True)
    found_at: datetime = Field(default_factory=now)
    handled_at: datetime | None = None
    handled_by: UUID | None = None

    __table_args__ = (sa.UniqueConstraint("organisation_id", "key"),)

    def handle(self, state: FindingState, handled_by: UUID | None) -> None:
        """Settle it; raises FindingHandled where it was settled before."""
        if self.state != "open":
            raise FindingHandled
        self.state, self.handled_at, self.handled_by = state, now(), handled_by

    def reopen(self) -> None:
        """Be news again, after the register had taken it back."""
        self.state, self.found_at, self.handled_at, self.handled_by = "open", now(), None, None


class RegisterRound(Base, table=True):
    """How far the nightly check has come: one row, `id` 1.

    `next_change`: the id of the change to go on from; None before the first night, which begins at `since`. `full_after`: in a full
    round, the organisation checked last; None while none goes on.
    """

    __tablename__ = "register_round"

    id: int = Field(default=1, primary_key=True)
    due_at: datetime
    since: datetime
    next_change: int | None = Field(default=None, sa_type=sa.BigInteger)
    checked_at: datetime | None = None
    full_due_at: datetime
    full_after: UUID | None = None
    full_done_at: datetime | None = None
