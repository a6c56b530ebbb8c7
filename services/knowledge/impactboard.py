"""What the library's measures come to: only figures that can be compared are added up, and what is left out is told with its reason.

Compared are cuts of greenhouse gases in tonnes of CO2 equivalents a year, of cases that are published and were not stopped. Sums are
kept apart by the method the figures were found with, for what was measured and what was estimated are not one figure. A figure that
others count too is left out, so that nothing is added up twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, get_args

from services.knowledge.models.impact import GHG, TONNES, Per
from shared.contracts.vocabulary import FocusArea, Scope

Reason = Literal["none", "stopped", "other", "total", "unit", "shared"]
By = Literal["region", "focus_area", "scope", "year"]
REASONS: tuple[Reason, ...] = get_args(Reason)
BY: tuple[By, ...] = get_args(By)
UNSAID = ""
"""The key of what no case says: a figure without a year, or of several scopes at once."""
OWN_WORD = ("none", "partner")
"""Who verified a figure, where that was nobody but those whose figure it is."""


@dataclass(frozen=True)
class Alike:
    """Figures that are alike in all that counts: how many, and the sum of their values. A case without a figure has no `metric`.

    `scopes` are those of the case, `scope` that of the figure, and `year` the one in which the measure began.
    """

    region: str
    focus_areas: tuple[FocusArea, ...] = ()
    scopes: tuple[Scope, ...] = ()
    year: int | None = None
    stopped: bool = False
    metric: str | None = None
    unit: str = TONNES
    per: Per = "year"
    scope: Scope | None = None
    method: str = "unknown"
    verified_by: str = "none"
    shared: bool = False
    value: Decimal = Decimal(0)
    number: int = 1

    @property
    def reason(self) -> Reason | None:
        """Why it is left out; None where it is added up."""
        if self.metric is None:
            return "none"
        if self.stopped:
            return "stopped"
        if (self.metric, self.unit) != (GHG, TONNES):
            return "other"
        if self.per != "year":
            return "total" if self.per == "total" else "unit"
        return "shared" if self.shared else None

    def keys(self, by: By) -> Sequence[str]:
        """Return where it belongs: one place, but for the focus areas of its case, which may be several."""
        if by == "region":
            return [self.region]
        if by == "focus_area":
            return self.focus_areas or [UNSAID]
        if by == "year":
            return [str(self.year or UNSAID)]
        one = self.scope or (self.scopes[0] if len(self.scopes) == 1 else None)
        return [str(one or UNSAID)]


@dataclass(frozen=True)
class Sum:
    """Figures found with one method: how many and what they come to, and the part that others than their owners verified."""

    method: str
    figures: int = 0
    tonnes: Decimal = Decimal(0)
    verified_figures: int = 0
    verified_tonnes: Decimal = Decimal(0)

    def with_more(self, one: Alike) -> "Sum":
        """Return the sum with some more figures in it."""
        checked = one.verified_by not in OWN_WORD
        return Sum(
            self.method,
            self.figures + one.number,
            self.tonnes + one.value,
            self.verified_figures + (one.number if checked else 0),
            self.verified_tonnes + (one.value if checked else 0),
        )


Sums = dict[str, Sum]
"""Sums by their method."""


@dataclass(frozen=True)
class Board:
    """Sums of the whole and of its parts, and how many figures (or cases without one) were left out for which reason."""

    sums: Sums = field(default_factory=dict)
    parts: Mapping[By, dict[str, Sums]] = field(default_factory=lambda: {by: {} for by in BY})
    left_out: dict[Reason, int] = field(default_factory=dict)

    @property
    def counted(self) -> int:
        """How many figures are in the sums."""
        return sum(one.figures for one in self.sums.values())

    @property
    def considered(self) -> int:
        """How many figures, and cases without one, there were to look at."""
        return self.counted + sum(self.left_out.values())

    @property
    def broadest(self) -> Sum | None:
        """The sum with the most figures, where one has to stand for the board; None where nothing was added up."""
        return max(self.sums.values(), key=lambda one: (one.figures, one.tonnes, one.method), default=None)


@dataclass(frozen=True)
class Chosen:
    """Which figures are looked at: those of some regions, of a focus area, of a scope, of a year; empty means all."""

    regions: tuple[str, ...] = ()
    focus_area: str = ""
    scope: str = ""
    year: str = ""

    def holds(self, one: Alike) -> bool:
        """Whether figures are among them."""
        wanted = {"focus_area": self.focus_area, "scope": self.scope, "year": self.year}
        asked: dict[By, str] = {by: wanted[by] for by in BY if wanted.get(by)}
        return (not self.regions or one.region in self.regions) and all(
            key in one.keys(by) for by, key in asked.items()
        )


def board(figures: Iterable[Alike], chosen: Chosen | None = None) -> Board:
    """Add up what can be compared of `figures`."""
    made = Board()
    for one in figures:
        if chosen is not None and not chosen.holds(one):
            continue
        if one.reason is not None:
            made.left_out[one.reason] = made.left_out.get(one.reason, 0) + one.number
            continue
        _add(made.sums, one)
        for by in BY:
            for key in one.keys(by):
                _add(made.parts[by].setdefault(key, {}), one)
    return made


def _add(sums: Sums, one: Alike) -> None:
    sums[one.method] = sums.get(one.method, Sum(one.method)).with_more(one)
