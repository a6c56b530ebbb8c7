"""One bar that is the whole, in parts."""

from collections.abc import Sequence
from decimal import Decimal

from shared.charts.bars import COUNT, WHAT, Bar, legend
from shared.charts.canvas import Canvas
from shared.charts.figure import NO_DATA, Figure, Row, Words, both
from shared.contracts.vocabulary import Language
from shared.web.i18n import marker as _

SHARE = _("Andel")
SHARED = _("Én stolpe delt i %(many)s: %(parts)s.")


def share(title: str, parts: Sequence[Bar], *, id: str, language: Language, unit: str = "", label: str = "") -> Figure:
    """Return one bar that is the whole, in parts with their per cent (100 in all); what nobody knows, or is less than 0, has no part."""
    say = Words(language)
    sizes = [max(Decimal(str(part.value or 0)), Decimal(0)) for part in parts]
    percents = _percents(sizes)
    written = [
        say(NO_DATA) if part.value is None else f"{say.number(part.value)} ({say.number(percent)}\u00a0%)"
        for part, percent in zip(parts, percents, strict=True)
    ]

    def draw(canvas: Canvas) -> float:
        whole, start = sum(sizes), 0.0
        if not whole:
            canvas.rect(0, 0.1, 1, 2, "none")
        for place, size in enumerate(sizes):
            length = float(size / whole) if whole else 0.0
            if length:
                canvas.filled(start, 0.1, length, 2, place)
            start += length
        return legend(canvas, 2.8, [f"{part.label}: {text}" for part, text in zip(parts, written, strict=True)])

    named = ", ".join(f"{part.label} {text}" for part, text in zip(parts, written, strict=True))
    description = say(SHARED, many=len(parts), parts=named)
    svg, drawing = both(id, title, description, draw)
    table = [
        Row(
            part.label,
            [say.number(part.value), "–" if part.value is None else f"{say.number(percent)}\u00a0%"],
            part.href,
        )
        for part, percent in zip(parts, percents, strict=True)
    ]
    return Figure(
        id, title, unit, description, svg, drawing, [label or say(WHAT), unit or say(COUNT), say(SHARE)], table
    )


def _percents(sizes: Sequence[Decimal]) -> list[int]:
    """Return whole per cents that are 100 together: the largest remainders are rounded up."""
    whole = sum(sizes)
    if not whole:
        return [0] * len(sizes)
    exact = [100 * size / whole for size in sizes]
    rounded = [int(one) for one in exact]
    by_rest = sorted(range(len(exact)), key=lambda place: exact[place] - rounded[place], reverse=True)
    for place in by_rest[: 100 - sum(rounded)]:
        rounded[place] += 1
    return rounded
