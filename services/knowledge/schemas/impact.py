"""What the library's measures come to, as programs get it."""

from pydantic import BaseModel, Field

from services.knowledge.impactboard import BY, By, Reason, Sum, Sums
from services.knowledge.impactboard import Board as Summed


class SumOut(BaseModel):
    """Figures found with one `method`, which are never added to those of another. Tonnes are of CO2 equivalents a year."""

    method: str = Field(description="Code of the vocabulary `method`.")
    figures: int
    tonnes: float
    verified_figures: int = Field(description="Those among them that others than their owners verified.")
    verified_tonnes: float


class PartOut(BaseModel):
    """The sums of a region, a focus area, a scope or a year; `key` is empty for figures that name none, or several scopes."""

    key: str
    sums: list[SumOut]


class ImpactOut(BaseModel):
    """Sums of what can be compared, and what was left out: `counted` and `left_out` are together all that was `considered`.

    Left out are figures of measures that were `stopped`, of `other` metrics or units, in `total` or per `unit` instead of per year,
    and those that others count too (`shared`); `none` are cases without a figure. A figure stands in each focus area of its case, so
    these parts are not to be added up.
    """

    unit: str = Field("tCO2e/year", description="What all tonnes are counted in.")
    considered: int
    counted: int
    sums: list[SumOut]
    parts: dict[By, list[PartOut]]
    left_out: dict[Reason, int]


def impact_out(found: Summed) -> ImpactOut:
    """Return a board as programs get it."""
    parts = {by: [PartOut(key=key, sums=_all(sums)) for key, sums in sorted(found.parts[by].items())] for by in BY}
    return ImpactOut(
        considered=found.considered,
        counted=found.counted,
        sums=_all(found.sums),
        parts=parts,
        left_out=found.left_out,
    )


def _all(sums: Sums) -> list[SumOut]:
    return [_one(one) for _, one in sorted(sums.items())]


def _one(one: Sum) -> SumOut:
    return SumOut(
        method=one.method,
        figures=one.figures,
        tonnes=float(one.tonnes),
        verified_figures=one.verified_figures,
        verified_tonnes=float(one.verified_tonnes),
    )
