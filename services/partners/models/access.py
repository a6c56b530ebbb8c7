"""How people are signed in, and stay so."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Field

from services.partners.errors import LinkSpent
from services.partners.models.base import Base
from shared.clock import now
from shared.ids import new_id


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
