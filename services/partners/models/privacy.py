"""Who asked to be forgotten, what came of it, and how the audit was when it was last looked at."""

from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.partners.errors import LinkSpent
from services.partners.models.base import Base
from shared.clock import now
from shared.ids import new_id

ForgettingService = Literal["knowledge", "events", "notifier"]
FORGETTING: tuple[ForgettingService, ...] = get_args(ForgettingService)
"""The services that are told of an erasure and say when they have forgotten."""


class Erasure(Base, table=True):
    """A wish to be erased, and how far it has come. `person_id` is kept only until everybody has forgotten.

    `digest` is that of the secret in the letter that asks for confirmation. A wish that is `blocked` waits until the organisations
    it would leave without anybody name another. `code` is the certificate's: whoever has it may see what was done and when.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID | None = Field(default=None, index=True)
    asked_at: datetime = Field(default_factory=now)
    asked_by: UUID | None = None
    reason: str = Field(default="", max_length=600)
    digest: str | None = Field(default=None, max_length=64, unique=True)
    expires_at: datetime | None = None
    blocked_at: datetime | None = Field(default=None, index=True)
    withdrawn_at: datetime | None = None
    confirmed_at: datetime | None = Field(default=None, index=True)
    code: str | None = Field(default=None, max_length=43, unique=True)
    knowledge_at: datetime | None = None
    events_at: datetime | None = None
    notifier_at: datetime | None = None
    completed_at: datetime | None = None
    late_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it may still be confirmed or taken back."""
        return self.confirmed_at is None and self.withdrawn_at is None

    @property
    def missing(self) -> list[ForgettingService]:
        """The services that have not said that they have forgotten."""
        return [service for service in FORGETTING if getattr(self, f"{service}_at") is None]

    def wait_for_link(self, digest: str, until: datetime) -> None:
        """Have the link whose secret has this digest confirm it, until then."""
        self.digest, self.expires_at, self.blocked_at = digest, until, None

    def block(self) -> None:
        """Wait until another contact is named."""
        self.blocked_at = self.blocked_at or now()

    def check_link(self) -> None:
        """Raise LinkSpent where its link was used or taken back, or its time is over."""
        if not self.open or self.expires_at is None or self.expires_at <= now():
            raise LinkSpent

    def withdraw(self) -> None:
        """Take it back: its link confirms nothing any more."""
        if self.open:
            self.withdrawn_at, self.person_id, self.reason = now(), None, ""

    def confirm(self, code: str) -> None:
        """Note that it was carried out here, under the certificate `code`."""
        self.confirmed_at, self.code, self.blocked_at = now(), code, None

    def note(self, service: ForgettingService, at: datetime) -> None:
        """Note that a service has forgotten; once all have, nothing here says who it was either."""
        if getattr(self, f"{service}_at") is None:
            setattr(self, f"{service}_at", at)
        if not self.missing and self.completed_at is None:
            self.completed_at, self.person_id, self.reason, self.asked_by = now(), None, "", None


class ErasedExternalId(Base, table=True):
    """The digest of an id another system knew an erased person by: whoever imports them again is told so."""

    __tablename__ = "erased_external_id"

    digest: str = Field(primary_key=True, max_length=64)
    erased_at: datetime = Field(default_factory=now)


class AuditCheck(Base, table=True):
    """What was found when the audit's chain was followed: how many entries, and the number of the first broken one, if any.

    `last_seq` and `last_hash` are the newest entry of the chain when it last held: the next walk must come by there.
    """

    __tablename__ = "audit_check"

    at: datetime = Field(default_factory=now, primary_key=True)
    entries: int = Field(sa_type=sa.BigInteger)
    broken: int | None = Field(default=None, sa_type=sa.BigInteger)
    last_seq: int = Field(default=0, sa_type=sa.BigInteger)
    last_hash: str = Field(default="", max_length=64)
