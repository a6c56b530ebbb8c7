"""The base of this service's tables, and a column both databases keep alike."""

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from shared.auth.merged import merged_table
from shared.db.base import house_tables, metadata


class Base(SQLModel, registry=registry(metadata=metadata())):
    """The base of this service's tables."""


HOUSE = house_tables(Base.metadata)
MERGED = merged_table(Base.metadata)


class Thousandths(sa.TypeDecorator[Decimal]):
    """A decimal of three places, kept as an integer so that both databases add it up exactly."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else int((value * 1_000).to_integral_value())

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:
        if value is None:
            return None
        number = Decimal(int(value)).scaleb(-3)
        return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
