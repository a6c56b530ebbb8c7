"""What a measure costs and who pays, and what follows from it: payback, and the price of a tonne."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.knowledge.models.base import Base
from shared.ids import new_id

Basis = Literal["lifetime", "total", "yearly"]
Missing = Literal["investment", "saving", "no-net-saving", "cost", "tonnes"]


class Funding(Base, table=True):
    """Support to a measure: from whom, and how many kroner."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case.id", index=True)
    position: int = 0
    source: str = Field(max_length=200)
    nok: int = Field(sa_type=sa.BigInteger)


BANDS: tuple[tuple[int, str], ...] = (
    (100_000, "under-100k"),
    (1_000_000, "100k-1m"),
    (10_000_000, "1m-10m"),
)
OVER = "over-10m"
"""Bands of investment, each up to and without its bound."""


@dataclass(frozen=True)
class Cost:
    """Kroner of the price year, support not drawn off; None is what nobody has said. `lifetime` is in years."""

    capex: int | None = None
    opex_per_year: int | None = None
    saving_per_year: int | None = None
    lifetime: int | None = None


@dataclass(frozen=True)
class Derived:
    """A figure that follows from others, or what is missing to tell it."""

    value: Decimal | None
    missing: Missing | None = None
    basis: Basis | None = None


def payback_years(cost: Cost) -> Derived:
    """Return after how many years the investment is earned back: it, over what is saved a year beyond what running it costs."""
    if cost.capex is None:
        return Derived(None, "investment")
    if cost.saving_per_year is None:
        return Derived(None, "saving")
    net = cost.saving_per_year - (cost.opex_per_year or 0)
    if net <= 0:
        return Derived(None, "no-net-saving")
    return Derived(_rounded(Decimal(cost.capex) / net, "0.1"))


def nok_per_tonne(cost: Cost, yearly: Decimal | None, total: Decimal | None) -> Derived:
    """Return what a tonne of CO2 equivalents less costs, in kroner; below zero where the measure pays for itself.

    Over its lifetime where that is known and tonnes a year are; else the investment over all tonnes, or over the tonnes of one
    year. `basis` says which of the three it is: they are not comparable.
    """
    if not yearly and not total:
        return Derived(None, "tonnes")
    if cost.lifetime and yearly and (cost.capex is not None or cost.opex_per_year is not None):
        running = (cost.opex_per_year or 0) - (cost.saving_per_year or 0)
        spent = Decimal((cost.capex or 0) + running * cost.lifetime)
        return Derived(_rounded(spent / (yearly * cost.lifetime), "1"), basis="lifetime")
    if cost.capex is None:
        return Derived(None, "cost")
    if total:
        return Derived(_rounded(Decimal(cost.capex) / total, "1"), basis="total")
    assert yearly
    return Derived(_rounded(Decimal(cost.capex) / yearly, "1"), basis="yearly")


def band(capex: int | None) -> str | None:
    """Return which band an investment is in; None where nobody has said what it was."""
    if capex is None:
        return None
    return next((name for bound, name in BANDS if capex < bound), OVER)


def _rounded(value: Decimal, step: str) -> Decimal:
    return value.quantize(Decimal(step), ROUND_HALF_UP)
