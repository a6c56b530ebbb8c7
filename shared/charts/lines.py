"""Lines over time, with gaps where nobody knows, and the small line that stands in a text."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from shared.charts.canvas import Canvas
from shared.charts.figure import GAP, SEE_TABLE, Figure, Number, Row, Words, both
from shared.contracts.vocabulary import Language
from shared.web.i18n import marker as _

TOP, DEEP = 1.6, 12.0
"""Em: the room above the plot, and its height."""
LEFT, RIGHT = 0.06, 0.94
GUTTER, MOST_GUTTER = 0.03, 0.3
"""What a letter of the values at the left takes of the narrowest width, and the most they take together: lines begin beside them."""
MOST_LABELS = 6
WHEN = _("Når")
LINES = _("Linjediagram fra %(first)s til %(last)s: %(names)s.")


@dataclass(frozen=True)
class Line:
    """One series: its name, and a value for each point in time; None means that nobody knows."""

    label: str
    values: Sequence[Number | None]


def lines(
    title: str,
    points: Sequence[str],
    series: Sequence[Line],
    *,
    id: str,
    language: Language,
    unit: str = "",
    label: str = "",
) -> Figure:
    """Return lines over the points in time, from zero; a missing value is a gap with a dash below."""
    say = Words(language)
    known = [float(value) for line in series for value in line.values if value is not None]
    ticks = _ticks(min([0.0, *known]), max([0.0, *known]))

    def draw(canvas: Canvas) -> float:
        top = _legend(canvas, [line.label for line in series]) if len(series) > 1 else 0.0
        shown = [say.number(tick) for tick in ticks]
        plot = _Plot(canvas, top + TOP, ticks, len(points), _left(shown))
        plot.grid(shown)
        for place, line in enumerate(series):
            plot.line(line.values, place)
        plot.gaps([any(line.values[at] is None for line in series) for at in range(len(points))])
        plot.times(points)
        return top + TOP + DEEP + 2.6

    names = ", ".join(line.label for line in series)
    first, last = (points[0], points[-1]) if points else ("", "")
    description = f"{say(LINES, first=first, last=last, names=names)} {say(SEE_TABLE)}"
    svg, drawing = both(id, title, description, draw)
    table = [Row(point, [say.number(line.values[at]) for line in series]) for at, point in enumerate(points)]
    note = say(GAP) if any(value is None for line in series for value in line.values) else ""
    return Figure(
        id, title, unit, description, svg, drawing, [label or say(WHEN), *(one.label for one in series)], table, note
    )


class _Plot:
    """The ground the lines are drawn on."""

    def __init__(self, canvas: Canvas, top: float, ticks: Sequence[float], many: int, left: float) -> None:
        self._canvas, self._top, self._ticks, self._many, self._left = canvas, top, ticks, many, left

    def _x(self, at: int) -> float:
        return (self._left + RIGHT) / 2 if self._many < 2 else self._left + (RIGHT - self._left) * at / (self._many - 1)

    def _y(self, value: Number | float) -> float:
        low, high = self._ticks[0], self._ticks[-1]
        return self._top + DEEP * (high - float(value)) / (high - low)

    def grid(self, shown: Sequence[str]) -> None:
        for tick, text in zip(self._ticks, shown, strict=True):
            down = self._y(tick)
            self._canvas.line(0, down, 1, down, "grid" if tick else "axis")
            self._canvas.text(0, down - 0.3, text, "soft")

    def line(self, values: Sequence[Number | None], series: int) -> None:
        for at, (one, next_one) in enumerate(pairwise(values)):
            if one is not None and next_one is not None:
                self._canvas.stroke(self._x(at), self._y(one), self._x(at + 1), self._y(next_one), series)
        for at, value in enumerate(values):
            if value is not None:
                self._canvas.mark(self._x(at), self._y(value), series)

    def gaps(self, missing: Sequence[bool]) -> None:
        for at, gap in enumerate(missing):
            if gap:
                self._canvas.text(self._x(at), self._top + DEEP + 0.9, "–", "strong", "middle")

    def times(self, points: Sequence[str]) -> None:
        step = max(math.ceil(len(points) / MOST_LABELS), 1)
        for at, point in enumerate(points):
            if at % step == 0:
                self._canvas.text(self._x(at), self._top + DEEP + 2.1, point, "soft", "middle")


def _left(shown: Sequence[str]) -> float:
    """Return where the first point stands: beside the longest of the values written at the left."""
    return min(MOST_GUTTER, max(LEFT, GUTTER * max(map(len, shown)) + 0.02))


def _legend(canvas: Canvas, names: Sequence[str]) -> float:
    down = 0.0
    for series, name in enumerate(names):
        for number, written in enumerate(canvas.lines(name, 0.85)):
            if number == 0:
                canvas.sample(down + 0.65, series)
            canvas.text(0, down + 1, written, indent=2.8)
            down += 1.35
    return down


def _ticks(low: float, high: float) -> list[float]:
    """Return three to six round values that span low to high, zero among them."""
    span = (high - low) or 1.0
    rough = span / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(round_one * power for round_one in (1, 2, 2.5, 5, 10) if round_one * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * at, 10) for at in range(first, max(last, first + 1) + 1)]


def sparkline(values: Sequence[Number | None], label: str) -> Markup:
    """Return a small line to stand in a text; `label` says in words what it shows. A missing value is a gap, a lone one a dot."""
    known = [float(value) for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    last = max(len(values) - 1, 1)
    drawn = [
        None if value is None else f"{100 * at / last:.1f},{30 - 30 * (float(value) - low) / ((high - low) or 1):.1f}"
        for at, value in enumerate(values)
    ]
    runs: list[list[str]] = [[]]
    for point in drawn:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    shapes = "".join(
        f'<polyline fill="none" points="{" ".join(run if len(run) > 1 else run * 2)}"/>' for run in runs if run
    )
    box = 'class="kb-spark" viewBox="-2 -2 104 34" width="104" height="34"'
    return Markup(f'<svg {box} role="img" aria-label="{escape(label)}" focusable="false">{shapes}</svg>')  # noqa: S704
