"""Reading CSV as spreadsheets in Norway write it: semicolons, commas or tabs, and any of their encodings."""

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from io import StringIO
from itertools import islice

from shared.sheets.errors import Unreadable
from shared.sheets.grid import Cell, Fault, Grid, Line, Measure
from shared.sheets.safety import UNHOLDABLE, holdable, plain
from shared.web.i18n import marker as _

DELIMITERS = ";,\t|"
SAMPLE = 40
FAULTS = frozenset(
    ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#I/T", "#VERDI!", "#NAVN?", "#TALL!"]
)
"""What formulas that failed are written as, in English and Norwegian spreadsheets."""
BROKEN = _("Vi kan ikke lese rad %(row)s. Kontroller at alle anførselstegn i raden er lukket.")
NOT_TEXT = _("Filen er ikke et regneark. Lagre regnearket som Excel-arbeidsbok (.xlsx) eller CSV, og prøv igjen.")


def grid_from_csv(data: bytes) -> Grid:
    """Return the cells of a CSV file, all of them text. Raises :class:`Unreadable`."""
    text = decoded(data)
    delimiter, text = delimited(text)
    measure = Measure()
    lines: list[tuple[int, Line]] = []
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            cells = [_cell(cell) for cell in row]
            if measure.take(cells):
                lines.append((number, cells))
    except csv.Error as error:
        raise Unreadable(BROKEN, row=number + 1) from error
    return Grid("", lines)


def _cell(written: str) -> Cell:
    shown = plain(holdable(written)).strip()
    return Fault(shown) if shown in FAULTS else shown or None


def decoded(data: bytes) -> str:
    """Return the text of the file: UTF-8, UTF-16 with a byte order mark, else Windows-1252 or Latin-1."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return _checked(data.decode("utf-16", "replace"))
    for encoding in ("utf-8-sig" if data.startswith(BOM_UTF8) else "utf-8", "cp1252", "latin-1"):
        try:
            return _checked(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise Unreadable(NOT_TEXT)


def _checked(text: str) -> str:
    if UNHOLDABLE.search(text[:100_000]) or "\x00" in text:
        raise Unreadable(NOT_TEXT)
    return text


def delimited(text: str) -> tuple[str, str]:
    """Return what stands between the cells, and the text without a first line that says so (`sep=;`)."""
    first, _newline, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and (named := first.strip(" \r")[4:5]):
        return named, rest
    return max(DELIMITERS, key=lambda one: _likeness(text, one)), text


def _likeness(text: str, delimiter: str) -> tuple[int, int]:
    """Return how many of the first rows have the same width, and that width; one column is no likeness."""
    try:
        rows = [row for row in islice(csv.reader(StringIO(text, newline=""), delimiter=delimiter), SAMPLE) if row]
    except csv.Error:
        return (0, 0)
    widths = Counter(len(row) for row in rows if len(row) > 1)
    return max(((many, width) for width, many in widths.items()), default=(0, 0))
