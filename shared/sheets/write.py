"""Writing a list as CSV or JSON, a part at a time."""

import csv
import json
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

from shared.clock import OSLO
from shared.contracts.vocabulary import Language
from shared.sheets.safety import holdable, neutral
from shared.sheets.table import Table, pieces
from shared.web.i18n import marker as _
from shared.web.i18n import translations

BOM = b"\xef\xbb\xbf"
YES = _("ja")
NO = _("nei")


async def csv_parts(table: Table, delimiter: str = ";") -> AsyncIterator[bytes]:
    """Yield the list as CSV: RFC 4180 in UTF-8 with a byte order mark, as Excel opens it in Norway.

    With a comma between the cells, decimals have a point, else a comma. Dates are ISO 8601, times those of Oslo. Text that a
    spreadsheet could take for a formula gets an apostrophe in front; :func:`shared.sheets.read.read` takes it off.
    """
    cells = _Cells(delimiter, table.language)
    yield BOM + _lines([[cells.text(column.label) for column in table.columns]], delimiter)
    async for piece in pieces(table.rows):
        yield _lines([[cells.cell(row.get(column.key)) for column in table.columns] for row in piece], delimiter)


def _lines(rows: list[list[str]], delimiter: str) -> bytes:
    buffer = StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode()


class _Cells:
    """Values as a CSV file has them."""

    def __init__(self, delimiter: str, language: Language) -> None:
        self._point = "." if delimiter == "," else ","
        say = translations(language).gettext
        self._words = {True: say(YES), False: say(NO)}

    def text(self, value: str) -> str:
        return neutral(holdable(value))

    def cell(self, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return self._words[value]
        if isinstance(value, int):
            return str(value)
        if isinstance(value, float | Decimal):
            return decimal_text(value).replace(".", self._point)
        if isinstance(value, datetime):
            return oslo(value).isoformat(" ", "seconds")
        return value.isoformat() if isinstance(value, date) else self.text(as_text(value))


async def json_parts(table: Table) -> AsyncIterator[bytes]:
    """Yield the list as JSON: an array of objects with the columns' keys, one a line, in UTF-8. Decimals are exact."""
    yield b"["
    opening = "\n"
    async for piece in pieces(table.rows):
        lines = [_object([(column.key, row.get(column.key)) for column in table.columns]) for row in piece]
        yield (opening + ",\n".join(lines)).encode()
        opening = ",\n"
    yield b"\n]\n"


def _object(members: Sequence[tuple[str, Any]]) -> str:
    return "{" + ", ".join(f"{json.dumps(key)}: {_value(value)}" for key, value in members) + "}"


def _value(value: Any) -> str:
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, float | Decimal):
        return decimal_text(value) or "null"
    if isinstance(value, date):
        return json.dumps(value.isoformat())
    if is_list(value):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return json.dumps(holdable(str(value)), ensure_ascii=False)


def decimal_text(value: float | Decimal) -> str:
    """Return a number with a point and without an exponent; infinities and what is no number are empty."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return format(exact, "f") if exact.is_finite() else ""


def as_text(value: Any) -> str:
    """Return `value` as text; a list has commas between."""
    return ", ".join(str(one) for one in value) if is_list(value) else str(value)


def is_list(value: Any) -> bool:
    """Whether `value` is several values."""
    return isinstance(value, list | tuple | set | frozenset)


def oslo(moment: datetime) -> datetime:
    """Return `moment` as clocks in Norway show it, without a zone."""
    return moment.astimezone(OSLO).replace(tzinfo=None) if moment.tzinfo else moment
