"""Impact: each figure of a case in a row of its own, with what it takes to trust it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.knowledge.models.base import Base, Thousandths
from shared.contracts.vocabulary import Scope
from shared.ids import new_id

Per = Literal["year", "total", "unit"]

GHG = "ghg_reduction"
ENERGY = ("energy", "energy_saved", "energy_produced")
TONNES, KWH = "tco2e", "kwh"


class Impact(Base, table=True):
    """A figure: how much of what, counted how, by whom, against what.

    `metric`, `unit`, `method` and `verified_by` are codes of vocabularies. `value` and `baseline_value` have three places.
    `per_unit` says what one unit is, where the figure is per unit. `shared_with` names who else counts the same figure.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case.id", index=True)
    position: int = 0
    metric: str = Field(max_length=60)
    value: Decimal = Field(sa_type=Thousandths)
    unit: str = Field(max_length=60)
    per: Per = Field(sa_type=sa.String(10))
    per_unit: str = Field(default="", max_length=80)
    scope: Scope | None = Field(default=None, sa_type=sa.Integer)
    baseline_value: Decimal | None = Field(default=None, sa_type=Thousandths)
    baseline_year: int | None = None
    baseline_text: str = Field(default="", max_length=600)
    period_from: date | None = None
    period_to: date | None = None
    method: str = Field(default="unknown", max_length=60)
    method_ref: str = Field(default="", max_length=300)
    verified_by: str = Field(default="none", max_length=60)
    uncertainty_percent: Decimal | None = Field(default=None, sa_type=Thousandths)
    shared_with: str = Field(default="", max_length=300)


class Figure(Protocol):
    """What is added up of a row."""

    metric: str
    value: Decimal
    unit: str
    per: Per


def tonnes_per_year(rows: Iterable[Figure]) -> Decimal | None:
    """Return the tonnes of CO2 equivalents a year that `rows` state; None where they state none."""
    return _sum(row for row in rows if is_tonnes(row) and row.per == "year")


def tonnes_in_total(rows: Iterable[Figure]) -> Decimal | None:
    """Return the tonnes of CO2 equivalents in all that `rows` state; None where they state none."""
    return _sum(row for row in rows if is_tonnes(row) and row.per == "total")


def kwh_per_year(rows: Iterable[Figure]) -> Decimal | None:
    """Return the energy saved or made a year, in kWh; None where `rows` state none."""
    return _sum(row for row in rows if is_energy(row) and row.per == "year")


def is_tonnes(row: Figure) -> bool:
    """Whether a row states tonnes of CO2 equivalents."""
    return row.metric == GHG and row.unit == TONNES


def is_energy(row: Figure) -> bool:
    """Whether a row states energy in kWh."""
    return row.metric in ENERGY and row.unit == KWH


def _sum(rows: Iterable[Figure]) -> Decimal | None:
    values = [row.value for row in rows]
    return sum(values, Decimal(0)) if values else None
