"""Who a person is elsewhere: at issuers of OpenID Connect, and by passkeys."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.partners.models.base import Base
from services.partners.sign_in_errors import AttemptGone, ChallengeGone
from shared.clock import now
from shared.db.base import Json
from shared.ids import new_id

Ceremony = Literal["register", "sign_in"]


class Identity(Base, table=True):
    """A subject of an issuer that is this person. Nobody is found by their address, which issuers give anew to others.

    `strong` says that whoever linked it had shown more than a mailbox: only then does the issuer's second factor stand for them.
    """

    __tablename__ = "identity"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    key: str = Field(max_length=60)
    issuer: str = Field(max_length=255)
    subject: str = Field(max_length=255)
    strong: bool = False
    linked_at: datetime = Field(default_factory=now)
    used_at: datetime = Field(default_factory=now)


class IssuerAttempt(Base, table=True):
    """A sign-in sent to an issuer: good for minutes, in one browser, answered once.

    One that came back with a subject nobody is linked to keeps it, until a link says whose it is.
    """

    __tablename__ = "issuer_attempt"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(max_length=60)
    state: str = Field(max_length=64, unique=True)
    browser: str = Field(max_length=64)
    nonce: str = Field(max_length=64)
    verifier: str = Field(max_length=128)
    back: str = Field(default="/", max_length=500)
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    expires_at: datetime = Field(index=True)
    answered_at: datetime | None = None
    issuer: str = Field(default="", max_length=255)
    subject: str = Field(default="", max_length=255)
    issuer_session: str = Field(default="", max_length=255)
    linked_at: datetime | None = None

    def answer(self, browser: str) -> None:
        """Use it up; raises AttemptGone where it was used, is too old or was begun in another browser."""
        if self.answered_at is not None or self.expires_at <= now() or not browser or self.browser != browser:
            raise AttemptGone
        self.answered_at = now()

    def link(self) -> None:
        """Take its subject for linking, once; raises AttemptGone where there is none, or its time is over."""
        if not self.subject or self.linked_at is not None or self.expires_at <= now():
            raise AttemptGone
        self.linked_at = now()


class Passkey(Base, table=True):
    """A passkey of a person: the public half, and how often the authenticator says it was used."""

    __tablename__ = "passkey"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    name: str = Field(max_length=60)
    credential_id: str = Field(max_length=1_400, unique=True)
    public_key: bytes
    sign_count: int = Field(default=0, sa_type=sa.BigInteger)
    transports: list[str] = Field(default_factory=list, sa_type=Json)
    created_at: datetime = Field(default_factory=now)
    used_at: datetime | None = None

    def used(self, sign_count: int) -> None:
        """Note a use."""
        self.sign_count = sign_count
        self.used_at = now()


class PasskeyChallenge(Base, table=True):
    """What an authenticator was asked to sign: good for minutes, in one browser, answered once."""

    __tablename__ = "passkey_challenge"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    ceremony: Ceremony = Field(sa_type=sa.String(10))
    browser: str = Field(max_length=64, index=True)
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    challenge: bytes
    expires_at: datetime = Field(index=True)
    answered_at: datetime | None = None

    def answer(self) -> bytes:
        """Use it up and return it; raises ChallengeGone where it was used or its time is over."""
        if self.answered_at is not None or self.expires_at <= now():
            raise ChallengeGone
        self.answered_at = now()
        return self.challenge
