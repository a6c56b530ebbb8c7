"""Adoptions: others who do what a case tells of, how far they are, and what it came to with them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.knowledge.models.base import Base
from shared.clock import now
from shared.db.base import Json
from shared.ids import new_id

AdoptionStatus = Literal["considering", "started", "done", "dropped"]
COUNTED: tuple[AdoptionStatus, ...] = ("started", "done")
"""Those who use it: whoever merely considers it does not, or not yet."""


class Adoption(Base, table=True):
    """A case taken up elsewhere, by an organisation or by a region itself (`organisation_id` None).

    `impacts` are figures of their own as rows of impact are sent: `metric`, `value` as a decimal in text, `unit`, `per`. `draft_id` is
    the case they write about it themselves, which replicates this one. `adopter_id` is who said so; None once they are erased.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case.id", index=True)
    region: str = Field(max_length=60, index=True)
    organisation_id: UUID | None = Field(default=None, index=True)
    status: AdoptionStatus = Field(sa_type=sa.String(20))
    note: str = Field(default="", max_length=600)
    impacts: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    draft_id: UUID | None = Field(default=None, foreign_key="case.id", index=True)
    adopter_id: UUID | None = Field(default=None, index=True)
    version: int = 1
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)

    def write(self, values: dict[str, Any]) -> list[str]:
        """Take over `values` and return the names of those that changed."""
        changed = [name for name, value in values.items() if getattr(self, name) != value]
        for name in changed:
            setattr(self, name, values[name])
        if changed:
            self.version += 1
            self.updated_at = now()
        return changed

    def move(self, region: str) -> None:
        """Belong to another region, since its own was split, merged or renamed."""
        self.write({"region": region})


class Question(Base, table=True):
    """Something somebody asked those behind a case, and when it was answered. What was asked went out by mail and is not kept here."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case.id", index=True)
    asker_id: UUID | None = Field(default=None, index=True)
    asked_at: datetime = Field(default_factory=now, index=True)
    answered_at: datetime | None = None

    def answer(self) -> bool:
        """Be answered; False where it was."""
        if self.answered_at is not None:
            return False
        self.answered_at = now()
        return True
