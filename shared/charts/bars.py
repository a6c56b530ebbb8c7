"""Bars: one for each thing, whole or in parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.charts.canvas import Canvas
from shared.charts.figure import INCOMPLETE, NO_DATA, SEE_TABLE, Figure, Number, Row, Words, both
from shared.contracts.vocabulary import Language
from shared.web.i18n import marker as _

LINE, THICK, GAP = 1.35, 1.1, 0.85
"""Em: a line of text, a bar, and the room below it."""
WHAT, COUNT, SUM = _("Hva"), _("Antall"), _("Sum")
BARS = _("Stolpediagram med %(many)s rader.")
STACKED = _("Stolpediagram med %(many)s rader, delt i %(parts)s.")
HIGHEST = _("Høyest er %(label)s med %(value)s.")


@dataclass(frozen=True)
class Bar:
    """A bar; `value` None means that nobody knows."""

    label: str
    value: Number | None
    href: str | None = None


@dataclass(frozen=True)
class Stack:
    """A bar in parts, one value for each series; None means that nobody knows."""

    label: str
    values: Sequence[Number | None]
    href: str | None = None


def bars(
    title: str, rows: Sequence[Bar], *, id: str, language: Language, unit: str = "", label: str = "", value: str = ""
) -> Figure:
    """Return horizontal bars from a common zero; negative ones go to the left of it. `label` and `value` head the table."""
    say = Words(language)
    scale = _Scale([row.value for row in rows if row.value is not None])

    def draw(canvas: Canvas) -> float:
        down = 0.0
        for row in rows:
            down = _heading(canvas, down, row.label, say.number(row.value))
            if row.value is None:
                canvas.rect(0, down, 1, THICK, "none")
            else:
                start, length = scale.span(0, row.value)
                canvas.filled(start, down, length, THICK, 0)
            _zero(canvas, scale, down)
            down += THICK + GAP
        return down

    description = " ".join([say(BARS, many=len(rows)), *_highest(rows, say), say(SEE_TABLE)])
    svg, drawing = both(id, title, description, draw)
    head = [label or say(WHAT), value or unit or say(COUNT)]
    table = [Row(row.label, [say.number(row.value)], row.href) for row in rows]
    return Figure(id, title, unit, description, svg, drawing, head, table)


def stacked(
    title: str,
    series: Sequence[str],
    rows: Sequence[Stack],
    *,
    id: str,
    language: Language,
    unit: str = "",
    label: str = "",
) -> Figure:
    """Return horizontal bars in parts, with their sum; a sum that lacks a part has an asterisk, and a note says so."""
    say = Words(language)
    scale = _Scale([end for row in rows for end in _ends(row.values)])
    sums = [_sum(row.values, say) for row in rows]

    def draw(canvas: Canvas) -> float:
        down = legend(canvas, 0, list(series))
        for row, total in zip(rows, sums, strict=True):
            down = _heading(canvas, down, row.label, total)
            if all(value is None for value in row.values):
                canvas.rect(0, down, 1, THICK, "none")
            _parts(canvas, down, row.values, scale)
            _zero(canvas, scale, down)
            down += THICK + GAP
        return down

    description = f"{say(STACKED, many=len(rows), parts=', '.join(series))} {say(SEE_TABLE)}"
    svg, drawing = both(id, title, description, draw)
    table = [
        Row(row.label, [*(say.number(value) for value in row.values), total], row.href)
        for row, total in zip(rows, sums, strict=True)
    ]
    note = say(INCOMPLETE) if any(total.endswith("*") for total in sums) else ""
    return Figure(id, title, unit, description, svg, drawing, [label or say(WHAT), *series, say(SUM)], table, note)


class _Scale:
    """Values as shares of the width; zero is always on it."""

    def __init__(self, values: Sequence[Number]) -> None:
        numbers = [float(value) for value in values]
        self._low, high = min([0.0, *numbers]), max([0.0, *numbers])
        self._span = (high - self._low) or 1.0
        self.signed = self._low < 0

    def place(self, value: Number) -> float:
        return (float(value) - self._low) / self._span

    def span(self, start: Number, end: Number) -> tuple[float, float]:
        """Return where a bar between two values begins, and its length."""
        first, last = sorted((self.place(start), self.place(end)))
        return first, last - first


def _heading(canvas: Canvas, down: float, label: str, value: str) -> float:
    """Write a bar's label and value, beside each other where there is room; returns where the bar begins."""
    lines = canvas.lines(label, most=3)
    for line in lines:
        canvas.text(0, down + 1, line)
        down += LINE
    if len(lines[-1]) + len(value) + 2 > canvas.letters:
        down += LINE
    canvas.text(1, down + 1 - LINE, value, "strong", "end")
    return down


def legend(canvas: Canvas, down: float, names: Sequence[str]) -> float:
    """Write what each series is called beside its colour and pattern; returns how far down it came."""
    for series, name in enumerate(names):
        for number, line in enumerate(canvas.lines(name, 0.9)):
            if number == 0:
                canvas.swatch(down + 0.1, series)
            canvas.text(0, down + 1, line, indent=1.7)
            down += LINE
    return down + 0.5


def _parts(canvas: Canvas, down: float, values: Sequence[Number | None], scale: _Scale) -> None:
    above = below = Decimal(0)
    for series, value in enumerate(values):
        size = Decimal(str(value or 0))
        if size > 0:
            start, length = scale.span(above, above + size)
            above += size
        else:
            start, length = scale.span(below, below + size)
            below += size
        if length:
            canvas.filled(start, down, length, THICK, series)


def _zero(canvas: Canvas, scale: _Scale, down: float) -> None:
    if scale.signed:
        canvas.line(scale.place(0), down - 0.2, scale.place(0), down + THICK + 0.2, "axis")


def _ends(values: Sequence[Number | None]) -> tuple[Decimal, Decimal]:
    numbers = [Decimal(str(value)) for value in values if value is not None]
    return sum((one for one in numbers if one < 0), Decimal(0)), sum((one for one in numbers if one > 0), Decimal(0))


def _sum(values: Sequence[Number | None], say: Words) -> str:
    known = [Decimal(str(value)) for value in values if value is not None]
    if not known:
        return say(NO_DATA)
    return say.number(sum(known, Decimal(0))) + ("*" if len(known) < len(values) else "")


def _highest(rows: Sequence[Bar], say: Words) -> list[str]:
    known = [(float(row.value), row) for row in rows if row.value is not None]
    if not known:
        return []
    _size, top = max(known, key=lambda pair: pair[0])
    return [say(HIGHEST, label=top.label, value=say.number(top.value))]
