"""Reading a spreadsheet somebody sent, CSV or XLSX, by its headings."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.sheets.errors import CellError, Unreadable
from shared.sheets.from_csv import grid_from_csv
from shared.sheets.from_workbook import OTHER_KIND, grid_from_workbook
from shared.sheets.grid import MOST_BYTES, Grid
from shared.sheets.headings import Heading, Headings, matched
from shared.sheets.lines import Line
from shared.web.i18n import marker as _

TOO_BIG = _("Filen er større enn %(most)s MB. Ta bort det som ikke trengs, eller del den i flere filer.")
EMPTY = _("Filen er tom. Velg en fil med overskrifter i første rad og minst én rad under.")
LOCKED = _(
    "Filen er enten låst med passord eller i et gammelt format. Lagre den uten passord som .xlsx, og prøv igjen."
)
ZIP, OLD_OFFICE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"


@dataclass(frozen=True)
class Sheet:
    """A sheet whose columns are known: `headings` tells which were found and what is wrong with them."""

    name: str
    headings: Headings
    _grid: Grid

    @property
    def errors(self) -> Sequence[CellError]:
        """What is wrong with the headings; while there is anything, no row should be used."""
        return self.headings.errors

    @property
    def unknown(self) -> Sequence[Heading]:
        """Columns that nobody asked for; they are passed over."""
        return self.headings.unknown

    def __iter__(self) -> Iterator[Line]:
        """Yield the rows under the headings, those with anything in them."""
        for number, cells in self._grid.lines:
            if number > self.headings.row:
                yield Line(number, cells, self.headings)

    def __len__(self) -> int:
        return sum(number > self.headings.row for number, _cells in self._grid.lines)


def read(
    data: bytes, fields: Mapping[str, Sequence[str]], *, needed: Sequence[str] = (), sheet: str | None = None
) -> Sheet:
    """Return the rows of a spreadsheet.

    `fields` says which headings each field may stand under beside its own name; case, spaces and punctuation do not count, the
    rest must be the same. A field in `needed` must have a column. `sheet` names a sheet of a workbook, else it is the first.
    The limits are those of :mod:`shared.sheets.grid`. Takes seconds for a large file: use :func:`read_in_thread` where others wait.
    Raises :class:`Unreadable`.
    """
    grid = _grid(data, sheet)
    if not grid.lines:
        raise Unreadable(EMPTY)
    return Sheet(grid.name, matched(grid, fields, needed), grid)


async def read_in_thread(
    data: bytes, fields: Mapping[str, Sequence[str]], *, needed: Sequence[str] = (), sheet: str | None = None
) -> Sheet:
    """Do as :func:`read`, aside from the event loop."""
    return await asyncio.to_thread(read, data, fields, needed=needed, sheet=sheet)


def _grid(data: bytes, sheet: str | None) -> Grid:
    if len(data) > MOST_BYTES:
        raise Unreadable(TOO_BIG, most=MOST_BYTES // 1024**2)
    if not data.strip():
        raise Unreadable(EMPTY)
    if data.startswith(OLD_OFFICE):
        raise Unreadable(LOCKED)
    if data.startswith(PDF):
        raise Unreadable(OTHER_KIND)
    return grid_from_workbook(data, sheet) if data.startswith(ZIP) else grid_from_csv(data)
