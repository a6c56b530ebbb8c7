"""Which figures are so far from the year before that somebody should say they are right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.errors import Invalid
from shared.web.i18n import marker as _

TIMES = 10
SMALL = Decimal(1)
Figures = Mapping[str, Decimal | None]
"""Figures by name, tCO2e; None is not reported."""


@dataclass(frozen=True)
class Doubt:
    """A figure that is at least ten times the year before's, or at most a tenth of it; tCO2e."""

    figure: str
    value: Decimal
    before: Decimal

    @property
    def written(self) -> dict[str, str]:
        """Both values as Norwegians write them."""
        return {"value": written(self.value), "before": written(self.before)}


class Unlikely(Invalid):
    """Figures far from the year before: to be confirmed, not refused for good. `doubts` are all of them; the first is said."""

    code = "unlikely-figure"
    text = _(
        "Tallet er %(value)s tonn, mot %(before)s tonn for året før. Er det riktig, må du bekrefte det og skrive hvorfor."
    )

    def __init__(self, doubts: Sequence[Doubt]) -> None:
        self.doubts = doubts
        super().__init__(field=doubts[0].figure, **doubts[0].written)


def doubts(figures: Figures, before: Figures) -> list[Doubt]:
    """Return the doubtful ones of `figures` beside those of the year before. A difference under one tonne is none."""
    found = []
    for name, earlier in before.items():
        value = figures.get(name)
        if value is None or not earlier or abs(value - earlier) < SMALL:
            continue
        if value >= TIMES * earlier or value * TIMES <= earlier:
            found.append(Doubt(name, value, earlier))
    return found


def written(value: Decimal) -> str:
    """Return tonnes as Norwegians write them: `1 234,5`, without zeros at the end."""
    plain = f"{value.normalize():,f}"
    return plain.replace(",", "\u00a0").replace(".", ",")
