"""What every chart comes to: a drawing for the page, one for print, and the same numbers as a table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from shared.charts.canvas import Canvas
from shared.contracts.vocabulary import Language
from shared.web import formats
from shared.web.i18n import marker as _
from shared.web.i18n import translations

Number = int | float | Decimal
PRINT_WIDTH = 460.0
"""Points: the text's width on an A4 page with ordinary margins."""

NO_DATA = _("ingen tall")
INCOMPLETE = _("* Noen tall mangler i summen. Tabellen viser hvilke.")
GAP = _("– Her mangler det tall.")
SEE_TABLE = _("Tallene står i tabellen under.")


@dataclass(frozen=True)
class Row:
    """A row of the table: its heading, where that leads to, and its cells as they are shown."""

    label: str
    cells: Sequence[str]
    href: str | None = None


@dataclass(frozen=True)
class Figure:
    """A chart. `svg` is for pages (`charts.chart(figure)` in kit/charts.html), `drawing` for print, `head` and `rows` the table.

    `note` says what a reader must know of missing numbers, or is empty.
    """

    id: str
    title: str
    unit: str
    description: str
    svg: Markup
    drawing: str
    head: Sequence[str]
    rows: Sequence[Row]
    note: str = ""


class Words:
    """The house's few words in charts, and numbers, in a language."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._translate = translations(language).gettext

    def __call__(self, text: str, **values: object) -> str:
        return self._translate(text) % values if values else self._translate(text)

    def number(self, value: Number | None) -> str:
        """Return a number as readers of the language write it, or that there is none."""
        return self(NO_DATA) if value is None else formats.number(value, self._language)


Draw = Callable[[Canvas], float]
"""Draws on a canvas and returns how many em down it came."""


def both(id: str, title: str, description: str, draw: Draw) -> tuple[Markup, str]:
    """Return the drawing for pages and the one for print."""
    drawn = []
    for width in (None, PRINT_WIDTH):
        canvas = Canvas(id, width)
        drawn.append(canvas.svg(draw(canvas), title, description))
    page, printed = drawn
    return Markup(page), printed  # noqa: S704 the canvas escapes every text
