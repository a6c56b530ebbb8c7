"""The cells of a sheet as they were read, before anybody knows what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from shared.sheets.errors import Unreadable
from shared.sheets.values import Value
from shared.web.i18n import marker as _

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 200
MOST_CELLS = 500_000

MANY_ROWS = _("Arket har mer enn %(most)s rader. Del det i flere filer.")
MANY_COLUMNS = _("Arket har mer enn %(most)s kolonner. Ta bort dem som ikke trengs.")
MANY_CELLS = _("Arket har mer enn %(most)s celler. Del det i flere filer.")


@dataclass(frozen=True)
class Fault:
    """A cell whose formula failed in the spreadsheet (`#REF!`, `#N/A`), or was never calculated (no code)."""

    code: str = ""


Cell = Value | Fault | None
Line = Sequence[Cell]


@dataclass(frozen=True)
class Grid:
    """A sheet's cells: `(row number, cells)` for each row with anything in it. `name` is the sheet's, empty for CSV."""

    name: str
    lines: Sequence[tuple[int, Line]]


class Measure:
    """Counts what is read, and refuses what is more than we take."""

    def __init__(self) -> None:
        self._rows = self._cells = 0

    def take(self, cells: Line) -> bool:
        """Whether the row has anything in it; raises :class:`Unreadable` where a limit is passed."""
        filled = sum(cell is not None for cell in cells)
        if not filled:
            return False
        if any(cell is not None for cell in cells[MOST_COLUMNS:]):
            raise Unreadable(MANY_COLUMNS, most=_spaced(MOST_COLUMNS))
        self._rows += 1
        self._cells += filled
        if self._rows > MOST_ROWS + 1:
            raise Unreadable(MANY_ROWS, most=_spaced(MOST_ROWS))
        if self._cells > MOST_CELLS:
            raise Unreadable(MANY_CELLS, most=_spaced(MOST_CELLS))
        return True


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")


def letter(place: int) -> str:
    """Return a column's letter; places count from 0."""
    return str(get_column_letter(place + 1))
