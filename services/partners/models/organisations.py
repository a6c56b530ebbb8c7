"""Organisations, and where they are partners."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.partners.models.base import Base
from services.partners.names import folded, sort_key
from shared.clock import now
from shared.contracts.vocabulary import Sector
from shared.ids import new_id

MOST_FOLDED = 600
"""A letter may become up to three when its case is folded."""


class Organisation(Base, table=True):
    """A business, public body, school or association that is, was or may become a partner."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    external_id: str | None = Field(default=None, max_length=120, unique=True)
    org_number: str | None = Field(default=None, max_length=9, unique=True)
    name: str = Field(max_length=200)
    name_folded: str = Field(default="", max_length=MOST_FOLDED)
    name_order: str = Field(default="", max_length=240, index=True)
    sector: Sector = Field(sa_type=sa.String(20), index=True)
    municipality: str | None = Field(default=None, max_length=120)
    website: str | None = Field(default=None, max_length=300)
    description: str = Field(default="", max_length=5_000)
    active: bool = True
    version: int = 1
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)

    def become(self, values: Mapping[str, Any]) -> None:
        """Take over `values`, and note the change."""
        for name, value in values.items():
            setattr(self, name, value)
        self.changed()

    def changed(self) -> None:
        """Note that something about it changed."""
        self.version += 1
        self.updated_at = now()


class Membership(Base, table=True):
    """An organisation's partnership in a region, from a day and perhaps to a day."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    region: str = Field(foreign_key="region.slug", index=True, max_length=60)
    since: date = Field(default_factory=lambda: now().date())
    until: date | None = None

    __table_args__ = (
        sa.Index(
            "uq_membership_running",
            "organisation_id",
            "region",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        ),
    )


@sa.event.listens_for(Organisation, "before_insert")
@sa.event.listens_for(Organisation, "before_update")
def _named(_mapper: Any, _connection: Any, row: Organisation) -> None:
    row.name_folded = folded(row.name)
    row.name_order = sort_key(row.name)
