"""How people are signed in, and stay so."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.partners.models.base import Base
from services.partners.sign_in_errors import LinkElsewhere, LinkExpired, LinkUsed
from shared.clock import now
from shared.db.base import Json
from shared.ids import new_id

Method = Literal["link", "oidc", "passkey", "demo"]


class SignInRequest(Base, table=True):
    """A sign-in link that was sent: kept as a digest, good for minutes, spent once, and only in the browser that asked for it.

    `back` is where it leads to; `attempt_id` names a sign-in with an issuer that waits for the link to say whose it is.
    """

    __tablename__ = "sign_in_request"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    digest: str = Field(max_length=64, unique=True)
    browser: str = Field(default="", max_length=64)
    attempt_id: UUID | None = None
    back: str = Field(default="/", max_length=500)
    asked_at: datetime = Field(default_factory=now)
    expires_at: datetime
    spent_at: datetime | None = None

    def check(self, browser: str) -> None:
        """Raise LinkUsed, LinkExpired or LinkElsewhere where `browser` (a digest) may not spend it now."""
        if self.spent_at is not None:
            raise LinkUsed
        if self.expires_at <= now():
            raise LinkExpired
        if not browser or self.browser != browser:
            raise LinkElsewhere

    def spend(self, browser: str) -> None:
        """Use the link up; raises what :meth:`check` does."""
        self.check(browser)
        self.spent_at = now()


class SignInCount(Base, table=True):
    """How often something was asked for in the window that began at `hour`: by an address or a client, each kept as a keyed digest."""

    __tablename__ = "sign_in_count"

    key: str = Field(primary_key=True, max_length=64)
    hour: datetime = Field(primary_key=True)
    count: int = 1


class Session(Base, table=True):
    """A signed-in browser: its tokens are short-lived and renewed from this row while it lasts.

    `issuer` and `issuer_session` are those of a sign-in by OpenID Connect; `strong` says that a passkey or the issuer's own
    second factor stood behind it.
    """

    __tablename__ = "session"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    method: Method = Field(default="link", sa_type=sa.String(10))
    strong: bool = False
    agent: str = Field(default="", max_length=60)
    issuer: str = Field(default="", max_length=60)
    issuer_session: str = Field(default="", max_length=255, index=True)
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


class SecondStep(Base, table=True):
    """A sign-in that waits for a passkey, in the browser it was begun in; what it needs to become a session."""

    __tablename__ = "second_step"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    browser: str = Field(max_length=64, index=True)
    method: Method = Field(sa_type=sa.String(10))
    issuer: str = Field(default="", max_length=60)
    issuer_session: str = Field(default="", max_length=255)
    back: str = Field(default="/", max_length=500)
    expires_at: datetime
    done_at: datetime | None = None


class ApiToken(Base, table=True):
    """A token a person made for a program: what is kept is its digest, what it may do at most, and when it was used last."""

    __tablename__ = "api_token"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    name: str = Field(max_length=60)
    digest: str = Field(max_length=64, unique=True)
    writes: bool = False
    services: list[str] = Field(default_factory=list, sa_type=Json)
    created_at: datetime = Field(default_factory=now)
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def lasts(self) -> bool:
        """Whether it is still accepted."""
        return self.revoked_at is None and now() < self.expires_at

    def revoke(self) -> bool:
        """Take it back; False where it was already, or its time is over."""
        if not self.lasts:
            return False
        self.revoked_at = now()
        return True

    def used(self, moment: datetime) -> None:
        """Note a use; one that was earlier than what is known changes nothing."""
        if self.used_at is None or moment > self.used_at:
            self.used_at = moment
