"""Reading Excel workbooks (XLSX) from people we do not know: looked over as an archive before anything is unpacked."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException

from shared.sheets.errors import Unreadable
from shared.sheets.grid import MOST_COLUMNS, Cell, Fault, Grid, Line, Measure
from shared.sheets.safety import holdable
from shared.web.i18n import marker as _

MOST_UNPACKED = 60 * 1024 * 1024
MOST_PARTS = 2_000
MOST_TAGS = {
    b"": 300_000,
    b"row": 200_000,
    b"c": 600_000,
    b"si": 600_000,
    b"v": 600_000,
    b"f": 600_000,
    b"is": 600_000,
    b"t": 900_000,
}
"""How many XML elements of each kind a workbook may have, and of all others together: each becomes an object, or several, in memory."""
DATA_TAG = re.compile(rb"<(?:\w{1,20}:)?(row|c|si|v|f|is|t)(?=[\s/>])")
UNCALCULATED = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"([^<>]*)><f(?:[^<>]*/>|[^<>]*>[^<]*</f>)(?:<v ?/>|<v></v>)?</c>'
)
LAST_ROW = 1_048_576
CHUNK = 1024 * 1024
DAMAGED = (BadZipFile, ZlibError, ParseError, InvalidFileException)
"""What archives and XML raise. openpyxl itself raises whatever a wrong document leads it to."""
AWKWARD = (
    *DAMAGED,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    OSError,
    OverflowError,
    AssertionError,
)

TOO_BIG = _("Arbeidsboken er for stor når den pakkes ut. Kopier bare de cellene som trengs, til en ny arbeidsbok.")
BROKEN = _("Arbeidsboken er skadet. Åpne den i regnearket, lagre den på nytt som .xlsx, og prøv igjen.")
NO_SHEET = _("Arbeidsboken har ikke noe ark som heter «%(sheet)s». Den har: %(sheets)s.")
NO_SHEETS = _("Arbeidsboken har ingen ark med celler. Lagre regnearket på nytt som .xlsx, og prøv igjen.")
OTHER_KIND = _("Dette er ikke en Excel-arbeidsbok. Lagre regnearket som .xlsx eller CSV, og prøv igjen.")


def grid_from_workbook(data: bytes, sheet: str | None = None) -> Grid:
    """Return the cells of the sheet called `sheet`, or of the first one that is not hidden.

    Formulas are their values as last calculated. Raises :class:`Unreadable`.
    """
    look_over(data)
    try:
        return _opened(data, sheet)
    except AWKWARD as error:
        raise Unreadable(BROKEN) from error


def look_over(data: bytes) -> None:
    """Raise :class:`Unreadable` for what is no workbook, or would be too much once unpacked."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            if "[Content_Types].xml" not in archive.namelist():
                raise Unreadable(OTHER_KIND)
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Unreadable(TOO_BIG)
            if any(part.flag_bits & 1 for part in parts):
                raise Unreadable(OTHER_KIND)
            if _heavy(archive, [part for part in parts if part.filename.endswith((".xml", ".rels"))]):
                raise Unreadable(TOO_BIG)
    except (*DAMAGED, NotImplementedError, OSError, ValueError) as error:
        raise Unreadable(BROKEN) from error


def _heavy(archive: ZipFile, parts: Sequence[ZipInfo]) -> bool:
    """Whether there are more elements than we take; a document type, which no spreadsheet writes, is refused."""
    counted: Counter[bytes] = Counter()
    for part in parts:
        with archive.open(part) as stream:
            while piece := stream.read(CHUNK):
                if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
                    raise Unreadable(BROKEN)
                data = Counter(DATA_TAG.findall(piece))
                counted += data
                counted[b""] += piece.count(b"<") - piece.count(b"</") - data.total()
    return any(counted[kind] > most for kind, most in MOST_TAGS.items())


def _opened(data: bytes, wanted: str | None) -> Grid:
    book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        names = [sheet.title for sheet in book.worksheets]
        if wanted is not None and wanted not in names:
            raise Unreadable(NO_SHEET, sheet=wanted, sheets=", ".join(names))
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
        if not shown:
            raise Unreadable(NO_SHEETS)
        chosen = book[wanted] if wanted is not None else shown[0]
        chosen.reset_dimensions()  # what the file says of its own size may be wrong
        return Grid(chosen.title, list(_lines(chosen, _uncalculated(chosen))))
    finally:
        book.close()


def _uncalculated(sheet: Any) -> dict[int, list[int]]:
    """Return the places, by row, of formulas that no spreadsheet has calculated yet: read, they would pass for empty cells."""
    with sheet._get_source() as stream:
        content: bytes = stream.read()
    found: dict[int, list[int]] = {}
    for column, row, about in UNCALCULATED.findall(content):
        if b't="str"' not in about:
            found.setdefault(int(row), []).append(column_index_from_string(column.decode()) - 1)
    return found


def _lines(sheet: Any, uncalculated: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, Line]]:
    measure = Measure()
    before: object = None
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), 1):
        if number > LAST_ROW:
            raise Unreadable(BROKEN)
        if row is before:  # the reader fills gaps with one and the same empty row
            continue
        before = row
        cells = [_cell(cell.value, cell.data_type) for cell in row]
        for place in uncalculated.get(number, ()):
            cells[min(place, MOST_COLUMNS)] = Fault()
        if measure.take(cells):
            yield number, cells


def _cell(value: Any, kind: str) -> Cell:
    """Return a value as the reader hands it on; numbers have the fifteen digits that Excel vouches for."""
    if value is None or isinstance(value, bool | int | datetime | date):
        return value
    if kind == "e":
        return Fault(str(value))
    if isinstance(value, float):
        number = Decimal(f"{value:.15g}")
        return int(number) if number == number.to_integral_value() and abs(number) < 10**15 else number
    if isinstance(value, time | timedelta):
        return str(value)
    return holdable(re.sub("_x000D_\n?", "\n", str(value))).strip() or None
