"""The agreement an organisation signs, and the files that prove what it has done."""

from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.partners.errors import AgreementEnded
from services.partners.models.base import Base
from shared.clock import now
from shared.ids import new_id


class StoredFile(Base, table=True):
    """A file an organisation handed in, in the database with what it belongs to. `digest` is the SHA-256 of its bytes."""

    __tablename__ = "stored_file"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    name: str = Field(max_length=200)
    media_type: str = Field(max_length=60)
    size: int
    digest: str = Field(max_length=64)
    content: bytes = Field(sa_type=sa.LargeBinary)
    stored_at: datetime = Field(default_factory=now)

    @classmethod
    def of(cls, organisation_id: UUID, name: str, media_type: str, content: bytes) -> "StoredFile":
        """Return a file of `content`."""
        digest = sha256(content).hexdigest()
        return cls(
            organisation_id=organisation_id,
            name=name[:200],
            media_type=media_type,
            size=len(content),
            digest=digest,
            content=content,
        )


class Agreement(Base, table=True):
    """A signed agreement: `text_version` says which text. There may be several over time; one holds until `terminated_on`."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    text_version: str = Field(max_length=60)
    signed_on: date
    signer_id: UUID | None = None
    signer_name: str = Field(default="", max_length=120)
    file_id: UUID | None = Field(default=None, foreign_key="stored_file.id")
    terminated_on: date | None = None
    version: int = 1
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)

    def terminate(self, day: date) -> None:
        """End it from `day` on; raises AgreementEnded where it has ended, or `day` lies before the signature."""
        if self.terminated_on is not None:
            raise AgreementEnded
        if day < self.signed_on:
            raise AgreementEnded(AgreementEnded.too_early, field="terminated_on")
        self.terminated_on = day
        self.version += 1
        self.updated_at = now()

    def enclose(self, file_id: UUID) -> None:
        """Have a file prove it."""
        self.file_id = file_id
        self.version += 1
        self.updated_at = now()

    def holds(self, day: date) -> bool:
        """Whether it is in force on `day`."""
        return self.signed_on <= day and (self.terminated_on is None or day < self.terminated_on)
