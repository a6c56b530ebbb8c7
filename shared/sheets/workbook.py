"""Writing a list as an Excel workbook (XLSX), a few rows at a time, so that a long list needs little memory."""

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from shared.errors import Invalid
from shared.sheets.safety import commanding, fitted, holdable
from shared.sheets.table import Column, Kind, Record, Table, pieces
from shared.sheets.write import as_text, oslo
from shared.web.i18n import marker as _

MOST_ROWS = 1_048_576 - 1
NARROWEST, WIDEST = 8, 60
FORMATS: dict[Kind, str] = {"date": "dd.mm.yyyy", "datetime": "dd.mm.yyyy hh:mm"}
EXACT = 10**15
"""Excel keeps fifteen digits of a number; longer ones are written as text."""
FIRST = date(1900, 3, 1)
"""The first day Excel and the calendar agree on."""


class TooLong(Invalid):
    """The list has more rows than a workbook holds."""

    code = "too-long"
    text = _("Listen er for lang for Excel. Avgrens den, eller last ned CSV.")


async def write_workbook(table: Table, file: IO[bytes]) -> None:
    """Write the list to `file` as a workbook of one sheet: headings in bold, frozen and with filters; real dates and numbers.

    Text is never a formula. The work is done in threads. Raises :class:`TooLong`.
    """
    sheet = _Sheet(table)
    try:
        async for piece in pieces(table.rows):
            await asyncio.to_thread(sheet.add, piece)
        await asyncio.to_thread(sheet.save, file)
    except BaseException:
        sheet.abandon()
        raise


async def write_sheets(tables: Sequence[Table], file: IO[bytes]) -> None:
    """Write several lists to `file` as a workbook with a sheet for each; else as :func:`write_workbook`."""
    book = Workbook(write_only=True)
    sheets = [_Sheet(table, book) for table in tables]
    try:
        for sheet, table in zip(sheets, tables, strict=True):
            async for piece in pieces(table.rows):
                await asyncio.to_thread(sheet.add, piece)
            sheet.finish()
        await asyncio.to_thread(book.save, file)
    except BaseException:
        for sheet in sheets:
            sheet.abandon()
        raise


def sheet_name(title: str) -> str:
    """Return `title` as Excel accepts it: 31 characters, none of `[]:*?/\\`, and not a reserved word."""
    name = re.sub(r"\s+", " ", re.sub(r"[\[\]:*?/\\]", " ", holdable(title))).strip(" '")
    name = name.encode("utf-16-le")[:62].decode("utf-16-le", "ignore").strip(" '")
    return name if name and name.casefold() != "history" else "Liste"


class _Sheet:
    """The workbook as it grows; the widths are those the first rows need, for they stand before the rows in the file."""

    def __init__(self, table: Table, book: Workbook | None = None) -> None:
        self._columns: Sequence[Column] = table.columns
        self._book = book or Workbook(write_only=True)
        self._book.properties.title = holdable(table.title)
        self._book.properties.creator = "Koblingsboks"
        self._sheet = self._book.create_sheet(sheet_name(table.title))
        self._rows = 0
        self._begun = False

    def add(self, piece: list[Record]) -> None:
        if not self._begun:
            self._begin(piece)
        self._rows += len(piece)
        if self._rows > MOST_ROWS:
            raise TooLong
        for row in piece:
            self._sheet.append([self._cell(row.get(column.key)) for column in self._columns])

    def save(self, file: IO[bytes]) -> None:
        self.finish()
        self._book.save(file)

    def finish(self) -> None:
        if not self._begun:
            self._begin([])
        last = get_column_letter(max(len(self._columns), 1))
        self._sheet.auto_filter.ref = f"A1:{last}{self._rows + 1}"

    def abandon(self) -> None:
        """Remove what openpyxl keeps on the disk until the book is saved."""
        writer = self._sheet._writer
        if writer is not None:
            with suppress(OSError, ValueError):
                self._sheet.close()
                writer.cleanup()

    def _begin(self, piece: list[Record]) -> None:
        self._begun = True
        self._sheet.freeze_panes = "A2"
        for place, column in enumerate(self._columns, 1):
            values = [row.get(column.key) for row in piece]
            self._sheet.column_dimensions[get_column_letter(place)].width = _width(column, values)
        self._sheet.append([self._heading(column.label) for column in self._columns])

    def _heading(self, label: str) -> Cell:
        cell = self._text(label)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        return cell

    def _cell(self, value: Any) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int):
            return value if abs(value) < EXACT else self._text(str(value))
        if isinstance(value, float | Decimal):
            return value if Decimal(value).is_finite() else None
        if isinstance(value, date):
            return self._date(value)
        return self._text(as_text(value))

    def _date(self, value: date) -> Cell:
        shown = oslo(value) if isinstance(value, datetime) else value
        if (shown.date() if isinstance(shown, datetime) else shown) < FIRST:
            return self._text(shown.isoformat())
        cell: Cell = WriteOnlyCell(self._sheet, shown)  # type: ignore[arg-type]
        cell.number_format = FORMATS["datetime" if isinstance(shown, datetime) else "date"]
        return cell

    def _text(self, value: str) -> Cell:
        text = fitted(holdable(value))
        cell: Cell = WriteOnlyCell(self._sheet, text)
        cell.data_type = "s"
        if commanding(text):
            cell.quotePrefix = True  # so that it stays text when somebody edits the cell
        return cell


def _width(column: Column, values: list[Any]) -> float:
    fixed = {"date": 12, "datetime": 18}.get(column.kind)
    longest = max((len(line) for value in values for line in as_text(value or "").split("\n")), default=0)
    heading = max((len(word) for word in column.label.split()), default=0) + 3
    return float(min(max(fixed or longest + 2, heading, NARROWEST), WIDEST))
