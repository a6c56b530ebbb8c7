"""Climate accounts: what an organisation reported of a year's emissions, each correction a row of its own."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, get_args
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlmodel import Field

from services.partners.models.base import Base
from shared.clock import now, today_in_norway
from shared.db.base import Json
from shared.ids import new_id

Tool = Literal["klimakost", "other"]
Source = Literal["self", "staff", "import"]
TOOLS: tuple[Tool, ...] = get_args(Tool)
SOURCES: tuple[Source, ...] = get_args(Source)
FIGURES = ("scope1", "scope2_location", "scope2_market", "scope3")
"""The figures of an account, in tCO2e. None means not reported, which is not 0."""
KILOGRAM = Decimal("0.001")


def account_subject(organisation_id: UUID, year: int) -> UUID:
    """Return what letters about an organisation's account for `year` are about."""
    return uuid5(organisation_id, f"account/{year}")


class Tonnes(sa.types.TypeDecorator[Decimal]):
    """Tonnes to the kilogram, exact on both databases: SQLite has no decimals of its own, so it keeps whole kilograms."""

    impl = sa.Numeric(15, 3)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        return dialect.type_descriptor(sa.BigInteger() if dialect.name == "sqlite" else sa.Numeric(15, 3))

    def process_bind_param(self, value: Decimal | int | None, dialect: sa.Dialect) -> Any:
        if value is None:
            return None
        exact = Decimal(value).quantize(KILOGRAM)
        return int(exact * 1000) if dialect.name == "sqlite" else exact

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:
        if value is None:
            return None
        return (Decimal(value) / 1000 if dialect.name == "sqlite" else Decimal(value)).quantize(KILOGRAM)


class ClimateAccount(Base, table=True):
    """One version of an organisation's account for `year`. Rows are never changed but for `superseded_at` (and `published`).

    Figures are tCO2e to the kilogram, None where not reported. `revision` counts from 1 for each organisation and year; the one
    without `superseded_at` is in force. `scope3_categories` are GHG Protocol's 1 to 15. `note` tells why a figure was corrected,
    or that an unlikely one was confirmed; `delivered_by` is a person's id, and `import_id` says which import it came with.
    `recorded_at` is when it came to stand with its organisation: as it was delivered (so too for None), or with a double's merger.
    """

    __tablename__ = "climate_account"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    year: int = Field(index=True)
    revision: int = 1
    scope1: Decimal | None = Field(default=None, sa_type=Tonnes)
    scope2_location: Decimal | None = Field(default=None, sa_type=Tonnes)
    scope2_market: Decimal | None = Field(default=None, sa_type=Tonnes)
    scope3: Decimal | None = Field(default=None, sa_type=Tonnes)
    scope3_categories: list[int] = Field(default_factory=list, sa_type=Json)
    scope3_note: str = Field(default="", max_length=600)
    tool: Tool = Field(default="other", sa_type=sa.String(20))
    tool_name: str | None = Field(default=None, max_length=120)
    method: str = Field(default="", max_length=2_000)
    published: bool = False
    link: str | None = Field(default=None, max_length=300)
    source: Source = Field(default="self", sa_type=sa.String(10))
    note: str = Field(default="", max_length=600)
    import_id: UUID | None = Field(default=None, index=True)
    delivered_at: datetime = Field(default_factory=now)
    delivered_by: UUID | None = None
    recorded_at: datetime | None = None
    superseded_at: datetime | None = None

    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "year", "revision"),
        sa.Index(
            "uq_climate_account_in_force",
            "organisation_id",
            "year",
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        ),
    )

    @property
    def figures(self) -> dict[str, Decimal | None]:
        """The four figures by name."""
        return {name: getattr(self, name) for name in FIGURES}

    @property
    def day(self) -> date:
        """The day it was delivered, in Norway."""
        return today_in_norway(self.delivered_at)

    def supersede(self) -> None:
        """End it, since a newer version takes its place; history keeps its first end."""
        self.superseded_at = self.superseded_at or now()
