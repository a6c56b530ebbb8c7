"""What a case tells beyond its story: how it may be used elsewhere, where and when it was, what it cost."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from shared.db.base import Json

CC_BY = "cc-by-4.0"

SECTIONS: tuple[str, ...] = (
    "challenge", "objective", "solution", "implementation", "results", "success_factors", "barriers", "did_not_work",
    "lessons", "advice", "stakeholders", "transferability_text", "legal_background",
)  # fmt: skip
"""The texts of a case in the order they are read; what a translation may hold."""

DETAILS: tuple[str, ...] = (
    "objective", "implementation", "stakeholders", "advice", "success_factors", "barriers", "did_not_work",
    "transferability", "transferability_text", "prerequisites", "org_sizes", "effort", "sdgs", "industries",
    "scope3_categories", "municipalities", "latitude", "longitude", "period_start", "period_end", "maturity", "licence",
    "keywords", "legal_background", "links", "capex_nok", "opex_nok_per_year", "saving_nok_per_year", "lifetime_years",
    "staff_hours", "price_year",
)  # fmt: skip
"""The fields of this file that people write, in the order of the form."""


class Degrees(sa.TypeDecorator[Decimal]):
    """A latitude or longitude of five places (about a metre), kept as an integer so that both databases have it exactly."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else int((value * 100_000).to_integral_value())

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-5)


class Details(SQLModel):
    """Fields of a case. Lists of codes are of the vocabularies of their names; kroner are of `price_year`.

    `contact_id` is the person who agreed, themselves and at `contact_since`, to answer about the case; who that is, the registry
    knows. `measure_codes` are the kinds of measures; `measure_types` of the case are their names, which follow from them.
    `translated` is all that translations say, and `other_languages` which there are, as the search has them.
    """

    objective: str = Field(default="", max_length=5_000)
    implementation: str = Field(default="", max_length=5_000)
    stakeholders: str = Field(default="", max_length=5_000)
    advice: str = Field(default="", max_length=5_000)
    success_factors: str = Field(default="", max_length=5_000)
    barriers: str = Field(default="", max_length=5_000)
    did_not_work: str = Field(default="", max_length=5_000)
    transferability: int | None = None
    transferability_text: str = Field(default="", max_length=5_000)
    prerequisites: list[str] = Field(default_factory=list, sa_type=Json)
    org_sizes: list[str] = Field(default_factory=list, sa_type=Json)
    effort: str | None = Field(default=None, max_length=60)
    sdgs: list[str] = Field(default_factory=list, sa_type=Json)
    industries: list[str] = Field(default_factory=list, sa_type=Json)
    scope3_categories: list[str] = Field(default_factory=list, sa_type=Json)
    municipalities: list[str] = Field(default_factory=list, sa_type=Json)
    places: list[str] = Field(default_factory=list, sa_type=Json)
    latitude: Decimal | None = Field(default=None, sa_type=Degrees)
    longitude: Decimal | None = Field(default=None, sa_type=Degrees)
    period_start: date | None = None
    period_end: date | None = None
    maturity: str | None = Field(default=None, max_length=60)
    licence: str = Field(default=CC_BY, max_length=60)
    keywords: list[str] = Field(default_factory=list, sa_type=Json)
    legal_background: str = Field(default="", max_length=5_000)
    links: list[dict[str, str]] = Field(default_factory=list, sa_type=Json)
    capex_nok: int | None = Field(default=None, sa_type=sa.BigInteger)
    opex_nok_per_year: int | None = Field(default=None, sa_type=sa.BigInteger)
    saving_nok_per_year: int | None = Field(default=None, sa_type=sa.BigInteger)
    lifetime_years: int | None = None
    staff_hours: int | None = None
    price_year: int | None = None
    measure_codes: list[str] = Field(default_factory=list, sa_type=Json)
    contact_id: UUID | None = Field(default=None, index=True)
    contact_since: datetime | None = None
    translated: str = Field(default="", sa_type=sa.Text)
    other_languages: list[str] = Field(default_factory=list, sa_type=Json)
