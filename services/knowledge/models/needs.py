"""Needs: what a partner is looking for, and what may answer it."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.knowledge.errors import NeedClosed
from services.knowledge.models.base import Base
from shared.clock import now, today_in_norway
from shared.contracts.vocabulary import FocusArea, Language, Scope, Sector
from shared.db.base import Json
from shared.ids import new_id

NeedStatus = Literal["open", "matched", "met", "withdrawn", "expired"]
Visibility = Literal["public", "network", "region"]
LIVE: tuple[NeedStatus, ...] = ("open", "matched")
"""A need that may still be answered: `matched` where somebody was introduced."""
NEED_CONTENT: tuple[str, ...] = (
    "title", "text", "language", "focus_areas", "scopes", "sector", "measure_codes", "region", "wanted_by", "visibility",
)  # fmt: skip
"""The fields people write."""


class Need(Base, table=True):
    """What an organisation is looking for. `wanted_by` is the last day it is looked for; then it expires.

    `visibility`: `public` is for everybody, `network` for whoever holds a role, `region` for the people of its region. `poster_id` is
    who is written to about it; None once they are erased. `measure_codes` are codes of the vocabulary `measure_type`.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    status: NeedStatus = Field(default="open", sa_type=sa.String(20), index=True)
    version: int = 1
    title: str = Field(max_length=200)
    text: str = Field(default="", max_length=5_000)
    language: Language = Field(sa_type=sa.String(2))
    focus_areas: list[FocusArea] = Field(default_factory=list, sa_type=Json)
    scopes: list[Scope] = Field(default_factory=list, sa_type=Json)
    sector: Sector | None = Field(default=None, sa_type=sa.String(20))
    measure_codes: list[str] = Field(default_factory=list, sa_type=Json)
    region: str = Field(max_length=60, index=True)
    wanted_by: date = Field(index=True)
    visibility: Visibility = Field(sa_type=sa.String(20))
    organisation_id: UUID = Field(index=True)
    poster_id: UUID | None = Field(default=None, index=True)
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)
    closed_at: datetime | None = Field(default=None, index=True)

    @property
    def is_live(self) -> bool:
        """Whether it may still be answered."""
        return self.status in LIVE

    def write(self, content: dict[str, Any]) -> list[str]:
        """Take over the fields of `content` and return those that changed; one that expired is open again with a later day.

        Raises NeedClosed where it is met or withdrawn.
        """
        if self.status in ("met", "withdrawn"):
            raise NeedClosed
        changed = [name for name, value in content.items() if getattr(self, name) != value]
        for name in changed:
            setattr(self, name, content[name])
        if self.status == "expired" and self.wanted_by >= today_in_norway():
            self.status, self.closed_at = "open", None
        if changed:
            self._step()
        return changed

    def withdraw(self) -> bool:
        """Look for it no longer; False where that is so already. Raises NeedClosed where it is met."""
        if self.status == "withdrawn":
            return False
        if self.status == "met":
            raise NeedClosed
        self._close("withdrawn")
        return True

    def expire(self) -> None:
        """Its day is over."""
        if self.is_live:
            self._close("expired")

    def meet(self) -> bool:
        """Be met; False where it is already. One that expired or was withdrawn may be met after all."""
        if self.status == "met":
            return False
        self._close("met")
        return True

    def answer(self) -> None:
        """Somebody was introduced."""
        if self.status == "open":
            self.status = "matched"
            self._step()

    def move(self, region: str) -> None:
        """Belong to another region, since its own was split, merged or renamed."""
        self.region = region
        self._step()

    def _close(self, status: NeedStatus) -> None:
        self.status, self.closed_at = status, now()
        self._step()

    def _step(self) -> None:
        self.version += 1
        self.updated_at = now()
