"""Lists as files to download, for doors.

    @router.get("/partners/export")
    async def download(request: Request, who: Who, format: Format = "xlsx") -> Response:
        require(who, "organisation.list")
        rows = [{"name": one.name, "tonnes": one.tonnes} for one in await queries.all_of(session)]
        columns = [Column("name", _("Navn")), Column("tonnes", _("Tonn"), "decimal")]
        return await hand_out(request, _("Partnere"), columns, rows, format)

`hand_out` takes interface strings, `export` what is in the reader's language already.

A list that is read from the database while it is sent needs rows that hold their own session: an async generator with
`async with unit(request) as session:` inside. The first part is made before the answer begins, so that what fails at once
becomes an ordinary error.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from tempfile import TemporaryFile
from typing import IO, Literal
from unicodedata import normalize
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from shared import clock
from shared.clock import OSLO
from shared.sheets.safety import holdable
from shared.sheets.table import Column, Rows, Table
from shared.sheets.workbook import write_sheets
from shared.sheets.write import csv_parts, json_parts

Format = Literal["csv", "xlsx", "json"]
"""The query parameter `format`."""
FORMATS: dict[Format, str] = {"xlsx": "Excel", "csv": "CSV", "json": "JSON"}
"""The formats with their names, in the order they are offered."""
MEDIA: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
CHUNK = 64 * 1024
LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "đ": "d", "ŋ": "n", "ŧ": "t"})


async def hand_out(
    request: Request, title: str, columns: Sequence[Column], rows: Rows, format: Format, **values: object
) -> Response:
    """Return a list whose title (filled in with `values`) and headings are interface strings, in the reader's language."""
    translate, language = request.app.state.resources.renderer.translate, request.state.language
    told = [replace(column, label=translate(language, column.label)) for column in columns]
    name = translate(language, title, values or None)
    return await export(request, name, Table(name, told, rows), format)


async def export(request: Request, name: str, table: Table, format: Format) -> Response:
    """Return the list as a file called `<name>-<today>.<format>`, with yes and no in the reader's language."""
    table = replace(table, language=getattr(request.state, "language", table.language))
    if format == "xlsx":
        return await _workbook([table], name)
    parts = csv_parts(table) if format == "csv" else json_parts(table)
    first = await anext(parts) + await anext(parts, b"")
    return StreamingResponse(_rest(first, parts), media_type=MEDIA[format], headers=attachment(name, format))


async def _rest(first: bytes, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for part in parts:
        yield part


async def export_sheets(request: Request, name: str, tables: Sequence[Table]) -> Response:
    """Return several lists as one workbook called `<name>-<today>.xlsx`, a sheet for each."""
    language = getattr(request.state, "language", None)
    return await _workbook([replace(table, language=language or table.language) for table in tables], name)


async def _workbook(tables: Sequence[Table], name: str) -> Response:
    # Without a name, so that nothing is left behind however the process ends; the answer closes it.
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115
    try:
        await write_sheets(tables, file)
        size = file.seek(0, 2)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    headers = {**attachment(name, "xlsx"), "Content-Length": str(size)}
    return StreamingResponse(_read(file), media_type=MEDIA["xlsx"], headers=headers)


async def _read(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while part := await asyncio.to_thread(file.read, CHUNK):
            yield part


def attachment(name: str, ending: str) -> dict[str, str]:
    """Return the headers of a file called `<name>-<today in Norway>.<ending>` that is saved, not shown, and kept by no cache."""
    today = clock.now().astimezone(OSLO).date().isoformat()
    return {
        "Content-Disposition": disposition(f"{_stem(name)}-{today}", ending),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }


def disposition(name: str, ending: str) -> str:
    """Return the header that has a browser save a file as `<name>.<ending>`, in letters every system can keep."""
    full = f"{_stem(name, 120)}.{ending}"
    ascii_name = normalize("NFKD", full.lower().translate(LETTERS)).encode("ascii", "ignore").decode()
    safe = re.sub(r"[^a-z0-9._-]+", "-", ascii_name).lstrip("-.")
    return f"attachment; filename=\"{safe}\"; filename*=UTF-8''{quote(full, safe='')}"


def _stem(name: str, most: int = 100) -> str:
    return (re.sub(r'[\s/\\:*?"<>|.]+', "-", holdable(name)).strip("-") or "liste")[:most]
