"""Spreadsheets as they come from people."""

import asyncio
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

from shared.sheets import Sheet, Table, read
from shared.sheets.workbook import write_workbook
from shared.sheets.write import csv_parts, json_parts

Rows = Sequence[Sequence[Any]]


def csv_of(table: Table, delimiter: str = ";") -> bytes:
    """Return what :func:`csv_parts` makes of the table."""

    async def whole() -> bytes:
        return b"".join([part async for part in csv_parts(table, delimiter)])

    return asyncio.run(whole())


def json_of(table: Table) -> bytes:
    """Return what :func:`json_parts` makes of the table."""

    async def whole() -> bytes:
        return b"".join([part async for part in json_parts(table)])

    return asyncio.run(whole())


def workbook_of(table: Table) -> bytes:
    """Return what :func:`write_workbook` makes of the table."""
    file = BytesIO()
    asyncio.run(write_workbook(table, file))
    return file.getvalue()


def workbook(rows: Rows, title: str = "Ark1", formats: Mapping[str, str] | None = None, **others: Rows) -> bytes:
    """Return a workbook as a spreadsheet saves it; `formats` are number formats by cell, `others` further sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, lines in {title: rows, **others}.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    for place, shown in (formats or {}).items():
        book.worksheets[0][place].number_format = shown
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def altered(data: bytes, **parts: bytes | None) -> bytes:
    """Return a workbook with parts replaced, added or (None) taken out; `__` stands for a slash, `_dot_` for a dot."""
    wanted = {name.replace("__", "/").replace("_dot_", "."): content for name, content in parts.items()}
    file = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in wanted:
                new.writestr(name, old.read(name))
        for name, content in wanted.items():
            if content is not None:
                new.writestr(name, content)
    return file.getvalue()


def part_of(data: bytes, name: str) -> bytes:
    """Return one part of a workbook."""
    with ZipFile(BytesIO(data)) as archive:
        return archive.read(name)


def reading(data: bytes, **fields: str) -> Sheet:
    """Read a file with one heading for each field."""
    return read(data, {name: (heading,) for name, heading in fields.items()})
