"""The map of tiles: each county a square in its place, shaded by its value, with its name and number in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from shared.charts.canvas import Canvas
from shared.charts.figure import NO_DATA, PRINT_WIDTH, SEE_TABLE, Figure, Number, Row, Words
from shared.contracts.vocabulary import Language
from shared.web.i18n import marker as _

LEVELS = 4
HIGH = 4.6
WHERE, COUNT = _("Fylke"), _("Antall")
MAP = _("Kart med %(many)s ruter. Mørkere ruter har høyere tall.")
RANGE = _("%(low)s til %(high)s")


@dataclass(frozen=True)
class Tile:
    """A square in the map; rows and columns count from 1. `value` None means that nobody knows."""

    label: str
    value: Number | None
    row: int
    column: int
    href: str | None = None
    current: bool = False


@dataclass(frozen=True)
class Square:
    """A tile as it is shown: `level` 1 to 4 follows the value, 0 is for no value."""

    tile: Tile
    level: int
    shown: str


@dataclass(frozen=True)
class Map(Figure):
    """A figure whose page form is a list of `squares` (`charts.tile_map(figure)`), with a `scale` of (level, words)."""

    squares: Sequence[Square] = ()
    scale: Sequence[tuple[int, str]] = ()


def tile_map(
    title: str, tiles: Sequence[Tile], *, id: str, language: Language, unit: str = "", label: str = "", value: str = ""
) -> Map:
    """Return a map of tiles in four equal steps of shade from the least value (or zero) to the greatest."""
    say = Words(language)
    known = [float(tile.value) for tile in tiles if tile.value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    squares = [Square(tile, _level(tile.value, low, high), say.number(tile.value)) for tile in tiles]
    scale = [
        (level, say(RANGE, low=_edge(low, high, level - 1, say), high=_edge(low, high, level, say)))
        for level in range(1, LEVELS + 1)
    ]
    if len(known) < len(tiles):
        scale.insert(0, (0, say(NO_DATA)))
    description = f"{say(MAP, many=len(tiles))} {say(SEE_TABLE)}"
    canvas = Canvas(id, PRINT_WIDTH)
    drawing = canvas.svg(_draw(canvas, squares, scale), title, description)
    table = [Row(tile.label, [say.number(tile.value)], tile.href) for tile in tiles]
    head = [label or say(WHERE), value or unit or say(COUNT)]
    return Map(id, title, unit, description, Markup(), drawing, head, table, squares=squares, scale=scale)


def _level(value: Number | None, low: float, high: float) -> int:
    if value is None:
        return 0
    share = (float(value) - low) / ((high - low) or 1.0)
    return min(int(share * LEVELS) + 1, LEVELS)


def _edge(low: float, high: float, step: int, say: Words) -> str:
    edge = low + (high - low) * step / LEVELS
    return say.number(round(edge, 0 if high - low >= LEVELS * 2 else 2))


def _draw(canvas: Canvas, squares: Sequence[Square], scale: Sequence[tuple[int, str]]) -> float:
    columns = max((square.tile.column for square in squares), default=1)
    wide = 1 / max(columns, 5)
    down = 0.0
    for square in squares:
        across, down_here = (square.tile.column - 1) * wide, (square.tile.row - 1) * (HIGH + 0.3)
        down = max(down, down_here + HIGH + 0.3)
        canvas.rect(across, down_here, wide * 0.96, HIGH, f"level-{square.level}" if square.level else "none")
        ink = ("light", "light-strong") if square.level >= 3 else ("text", "strong")
        for number, line in enumerate(canvas.lines(square.tile.label, wide * 0.85)):
            canvas.text(across, down_here + 1.2 + 1.2 * number, line, ink[0], indent=0.4)
        canvas.text(across, down_here + HIGH - 0.5, square.shown, ink[1], indent=0.4)
    down += 0.6
    for place, (level, words) in enumerate(scale):
        across = place / max(len(scale), 1)
        canvas.rect(across, down, 0.03, 1.1, f"level-{level}" if level else "none")
        canvas.text(across, down + 0.95, words, "soft", indent=1.7)
    return down + 1.8
