"""Mail the registry had the notifier send."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.partners.models.base import Base
from shared.clock import now
from shared.contracts.partners import LetterKind
from shared.ids import new_id


class Letter(Base, table=True):
    """One mail asked for: once for each person, kind, subject and occasion (such as `2026-03-01`), whoever asks again."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    kind: LetterKind = Field(sa_type=sa.String(30))
    subject_id: UUID = Field(index=True)
    occasion: str = Field(default="", max_length=60)
    asked_at: datetime = Field(default_factory=now)
    not_after: datetime
    withdrawn_at: datetime | None = None
    version: int = 1

    __table_args__ = (sa.UniqueConstraint("person_id", "kind", "subject_id", "occasion"),)
