"""Claims: somebody says that they act for an organisation others have entered."""

from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.partners.errors import ClaimDecided
from services.partners.models.base import Base
from shared.clock import now
from shared.ids import new_id

ClaimState = Literal["unconfirmed", "open", "withdrawn", "accepted", "rejected"]
CLAIM_STATES: tuple[ClaimState, ...] = get_args(ClaimState)


class Claim(Base, table=True):
    """A request to take an organisation's profile over: one at a time by the same person.

    One that came from somebody who was not signed in is `unconfirmed`, and seen by nobody, until they opened the link in the mail
    sent to the address they gave; `digest` is that of the link's secret.
    """

    __tablename__ = "organisation_claim"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    message: str = Field(default="", max_length=600)
    state: ClaimState = Field(default="open", sa_type=sa.String(12), index=True)
    digest: str | None = Field(default=None, max_length=64, unique=True)
    reason: str = Field(default="", max_length=600)
    asked_at: datetime = Field(default_factory=now)
    decided_at: datetime | None = None
    decided_by: UUID | None = None

    __table_args__ = (
        sa.Index(
            "uq_organisation_claim_running",
            "organisation_id",
            "person_id",
            unique=True,
            sqlite_where=sa.text("state IN ('unconfirmed', 'open')"),
            postgresql_where=sa.text("state IN ('unconfirmed', 'open')"),
        ),
    )

    def confirm(self) -> bool:
        """Show it to the region; False where that was done. Raises ClaimDecided for one that is over."""
        if self.state == "unconfirmed":
            self.state = "open"
            return True
        if self.state == "open":
            return False
        raise ClaimDecided

    def withdraw(self) -> None:
        """Take it back; raises ClaimDecided for one that is over."""
        if self.state not in ("unconfirmed", "open"):
            raise ClaimDecided
        self.state, self.decided_at = "withdrawn", now()

    def accept(self, decided_by: UUID) -> None:
        """Find it right; raises ClaimDecided for one that is not open."""
        self._decide("accepted", decided_by, "")

    def reject(self, decided_by: UUID, reason: str) -> None:
        """Refuse it, and say why; raises ClaimDecided for one that is not open."""
        self._decide("rejected", decided_by, reason)

    def _decide(self, state: ClaimState, decided_by: UUID, reason: str) -> None:
        if self.state != "open":
            raise ClaimDecided
        self.state, self.reason, self.decided_at, self.decided_by = state, reason, now(), decided_by
