"""Drawing as SVG text, twice alike: for pages, where classes give the colours, and for print, where each shape has its own.

On a page a drawing is as wide as its place: widths are percentages and heights are in em, so that text keeps its size at 320 px
and grows with the reader's. In print both are numbers.
"""

from collections.abc import Mapping
from html import escape
from textwrap import wrap

from shared.sheets.safety import holdable

PAGE_LETTERS = 27
"""How many letters surely fit beside each other on a screen of 320 px."""
FONT = "Libertinus Serif"
SIZE = 11.0
SERIES = 6
PALETTE = ("#0b5d5e", "#b3761a", "#7a3b69", "#5b7f2b", "#3f6fa8", "#6f807d")
SCALE = ("#f1f1ea", "#dcebe8", "#b5d6d1", "#2c7a78", "#0a4f50")
PRINT: dict[str, dict[str, str]] = {
    "text": {"fill": "#12292a"},
    "strong": {"fill": "#12292a", "font-weight": "bold"},
    "soft": {"fill": "#4a5a5a"},
    "light": {"fill": "#ffffff"},
    "light-strong": {"fill": "#ffffff", "font-weight": "bold"},
    "axis": {"stroke": "#4a5a5a", "stroke-width": "1"},
    "grid": {"stroke": "#dbded7", "stroke-width": "0.75"},
    "none": {"fill": "none", "stroke": "#4a5a5a", "stroke-width": "1", "stroke-dasharray": "4 3"},
    "hatch": {"stroke": "#ffffff", "stroke-width": "1.25", "fill": "none"},
    "dot": {"fill": "#ffffff"},
} | {
    f"level-{level}": {"fill": colour, "stroke": "#8b9896", "stroke-width": "0.75"}
    for level, colour in enumerate(SCALE)
}
for _place, _colour in enumerate(PALETTE, 1):
    PRINT[f"fill-{_place}"] = {"fill": _colour, "stroke": "#ffffff", "stroke-width": "1"}
    PRINT[f"line-{_place}"] = {"stroke": _colour, "stroke-width": "2", "stroke-linecap": "round"}
DASHES = ("", "7 4", "2 4", "10 3 2 3", "4 2", "1 3")
MARKS = (
    '<circle r="4.5" {0}/>',
    '<path d="M-4-4h8v8h-8z" {0}/>',
    '<path d="M0-5.5 5 4h-10z" {0}/>',
    '<path d="M0-5.5 5.5 0 0 5.5-5.5 0z" {0}/>',
    '<path d="M-5-4h10l-5 9.5z" {0}/>',
    '<path d="M-5.5-2.5h11v5h-11z" {0}/>',
)
PATTERNS = (
    "",
    '<path d="M-2 2 2-2M0 8 8 0M6 10l4-4" {hatch}/>',
    '<circle cx="4" cy="4" r="1.4" {dot}/>',
    '<path d="M0 4h8" {hatch}/>',
    '<path d="M0 0l8 8M8 0 0 8" {hatch}/>',
    '<path d="M4 0v8" {hatch}/>',
)


def told_apart(series: int) -> tuple[int, int]:
    """Return the colour and the shape (pattern, mark, dashes) of a series, all from 0: no two of 36 series have both the same."""
    return series % SERIES, (series + series // SERIES) % SERIES


class Canvas:
    """A drawing that grows downwards. `width` is None for a page, else the width in points; x is 0 to 1, y is in em."""

    def __init__(self, id: str, width: float | None) -> None:
        self.id = id if width is None else f"{id}-print"
        self.width = width
        self._shapes: list[str] = []
        self._patterns: set[int] = set()

    @property
    def letters(self) -> int:
        """How many letters fit beside each other."""
        return PAGE_LETTERS if self.width is None else int(self.width / (0.5 * SIZE))

    def lines(self, text: str, share: float = 1, most: int = 2) -> list[str]:
        """Return `text` in at most `most` lines that fit into a share of the width; the last ends in … where it is cut."""
        fitting = max(int(self.letters * share), 4)
        return wrap(text, fitting, max_lines=most, placeholder="…", break_on_hyphens=True) or [""]

    def x(self, share: float) -> str:
        """Return a place or length across."""
        return f"{100 * share:.2f}%" if self.width is None else f"{self.width * share:.2f}"

    def y(self, em: float) -> str:
        """Return a place or length down."""
        return f"{em:.2f}em" if self.width is None else f"{em * SIZE:.2f}"

    def look(self, kind: str) -> str:
        """Return the attributes that give a shape its colours."""
        if self.width is None:
            return f'class="kb-chart__{kind}"'
        return _attributes(PRINT[kind])

    def rect(self, x: float, y: float, width: float, height: float, kind: str) -> None:
        """Draw a rectangle."""
        place = f'x="{self.x(x)}" y="{self.y(y)}" width="{self.x(width)}" height="{self.y(height)}"'
        self._shapes.append(f"<rect {place} {self.look(kind)}/>")

    def filled(self, x: float, y: float, width: float, height: float, series: int) -> None:
        """Draw a rectangle in the colour and pattern of a series (from 0)."""
        self._filled(f'x="{self.x(x)}" y="{self.y(y)}" width="{self.x(width)}" height="{self.y(height)}"', series)

    def swatch(self, y: float, series: int) -> None:
        """Draw a small sample of a series (from 0) at the left."""
        self._filled(f'x="0" y="{self.y(y)}" width="{self.y(1.2)}" height="{self.y(1.1)}"', series)

    def stroke(self, x1: float, y1: float, x2: float, y2: float, series: int) -> None:
        """Draw a piece of a series' line (from 0), in its colour and dashes."""
        self._stroke(f'x1="{self.x(x1)}" y1="{self.y(y1)}" x2="{self.x(x2)}" y2="{self.y(y2)}"', series)

    def sample(self, y: float, series: int) -> None:
        """Draw a small piece of a series' line (from 0) with its mark, at the left."""
        self._stroke(f'x1="0" y1="{self.y(y)}" x2="{self.y(2.2)}" y2="{self.y(y)}"', series)
        self._shapes.append(self._marked(f'x="{self.y(1.1)}" y="{self.y(y)}"', series))

    def _stroke(self, ends: str, series: int) -> None:
        colour, shape = told_apart(series)
        dashed = f' stroke-dasharray="{DASHES[shape]}"' if DASHES[shape] else ""
        self._shapes.append(f"<line {ends} {self.look(f'line-{colour + 1}')}{dashed}/>")

    def _filled(self, place: str, series: int) -> None:
        colour, shape = told_apart(series)
        self._shapes.append(f"<rect {place} {self.look(f'fill-{colour + 1}')}/>")
        if PATTERNS[shape]:
            self._patterns.add(shape)
            self._shapes.append(f'<rect {place} fill="url(#{self.id}-p{shape + 1})"/>')

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        """Draw a straight line."""
        ends = f'x1="{self.x(x1)}" y1="{self.y(y1)}" x2="{self.x(x2)}" y2="{self.y(y2)}"'
        self._shapes.append(f"<line {ends} {self.look(kind)}/>")

    def mark(self, x: float, y: float, series: int) -> None:
        """Draw the mark of a series (from 0): each has a shape of its own."""
        self._shapes.append(self._marked(f'x="{self.x(x)}" y="{self.y(y)}"', series))

    def _marked(self, place: str, series: int) -> str:
        colour, shape = told_apart(series)
        drawn = MARKS[shape].format(self.look(f"fill-{colour + 1}"))
        return f'<svg {place} width="1" height="1" overflow="visible">{drawn}</svg>'

    def text(self, x: float, y: float, said: str, kind: str = "text", anchor: str = "start", indent: float = 0) -> None:
        """Write one line whose foot stands at `y`, `indent` em to the right of `x`."""
        anchored = f' text-anchor="{anchor}"' if anchor != "start" else ""
        dx = f' dx="{self.y(indent)}"' if indent else ""
        written = f"{self.look(kind)}{anchored}>{escape(holdable(said), quote=False)}</text>"
        self._shapes.append(f'<text x="{self.x(x)}" y="{self.y(y)}"{dx} {written}')

    def svg(self, height: float, title: str, description: str) -> str:
        """Return the drawing, `height` em high, under a title and a description for those who do not see it."""
        named = f'role="img" aria-labelledby="{self.id}-title {self.id}-desc" focusable="false"'
        words = f'<title id="{self.id}-title">{escape(holdable(title))}</title>'
        words += f'<desc id="{self.id}-desc">{escape(holdable(description))}</desc>'
        return f"<svg {self._size(height)} {named}>{words}{self._definitions()}{''.join(self._shapes)}</svg>"

    def _size(self, height: float) -> str:
        xmlns = 'xmlns="http://www.w3.org/2000/svg"'
        if self.width is None:
            return f'{xmlns} class="kb-chart" width="100%" height="{self.y(height)}"'
        wide, high = f"{self.width:.2f}", self.y(height)
        font = f'font-family="{FONT}" font-size="{SIZE}"'
        return f'{xmlns} width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" {font}'

    def _definitions(self) -> str:
        drawn = "".join(
            f'<pattern id="{self.id}-p{series + 1}" width="8" height="8" patternUnits="userSpaceOnUse">'
            + PATTERNS[series].format(hatch=self.look("hatch"), dot=self.look("dot"))
            + "</pattern>"
            for series in sorted(self._patterns)
        )
        return f"<defs>{drawn}</defs>" if drawn else ""


def _attributes(named: Mapping[str, str]) -> str:
    return " ".join(f'{name}="{value}"' for name, value in named.items())
