"""A list as a file to download."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from openpyxl import load_workbook
from starlette.requests import Request
from starlette.responses import Response

from shared import clock
from shared.errors import Unavailable
from shared.sheets import Column, Table
from shared.sheets.table import Record, Rows
from shared.web.exports import Format, attachment, export

COLUMNS = [Column("name", "Namn"), Column("paid", "Betalt", "boolean")]
ROWS = [{"name": "Ålesund", "paid": True}]
MOMENT = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)


def serving(rows: Rows, language: str = "nb") -> httpx.AsyncClient:
    app = FastAPI()

    @app.get("/")
    async def download(request: Request, format: Format) -> Response:
        request.state.language = language
        with clock.frozen(MOMENT):
            return await export(request, "Partnere i Møre og Romsdal", Table("Partnere", COLUMNS, rows), format)

    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


@pytest.mark.parametrize(
    ("format", "media"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("json", "application/json"),
    ],
)
async def test_a_list_is_saved_under_its_name_and_todays_date(format: str, media: str) -> None:
    async with serving(ROWS) as client:
        answer = await client.get("/", params={"format": format})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="partnere-i-more-og-romsdal-2026-11-25.{format}"; '
        f"filename*=UTF-8''Partnere-i-M%C3%B8re-og-Romsdal-2026-11-25.{format}"
    )
    assert "no-store" in answer.headers["cache-control"]


async def test_each_format_has_the_rows() -> None:
    async with serving(ROWS) as client:
        answers = {format: await client.get("/", params={"format": format}) for format in ("csv", "xlsx", "json")}
    assert answers["csv"].content.decode("utf-8-sig") == "Namn;Betalt\r\nÅlesund;ja\r\n"
    assert answers["json"].json() == ROWS
    sheet = load_workbook(BytesIO(answers["xlsx"].content)).worksheets[0]
    assert list(sheet.values) == [("Namn", "Betalt"), ("Ålesund", True)]
    assert int(answers["xlsx"].headers["content-length"]) == len(answers["xlsx"].content)


async def test_yes_and_no_are_in_the_readers_language() -> None:
    async with serving(ROWS, "en") as client:
        answer = await client.get("/", params={"format": "csv"})
    assert answer.text.endswith(("yes\r\n", "ja\r\n"))


async def test_an_unknown_format_is_refused() -> None:
    async with serving(ROWS) as client:
        assert (await client.get("/", params={"format": "pdf"})).status_code == 422


@pytest.mark.parametrize("format", ["csv", "json", "xlsx"])
async def test_rows_that_cannot_be_read_are_an_error_and_no_half_file(format: str, tmp_path: Path) -> None:
    async def rows() -> AsyncIterator[Record]:
        raise Unavailable
        yield {}

    async with serving(rows()) as client:
        with pytest.raises(Unavailable):
            await client.get("/", params={"format": format})


@pytest.mark.parametrize("whole", [True, False])
async def test_a_workbook_leaves_nothing_on_the_disk(
    whole: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def rows() -> Iterable[Record]:
        for number in range(1_200):
            if number == 1_100 and not whole:
                raise Unavailable
            yield {"name": str(number)}

    async with serving(rows()) as client:
        if whole:
            await client.get("/", params={"format": "xlsx"})
        else:
            with pytest.raises(Unavailable):
                await client.get("/", params={"format": "xlsx"})
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ['../../etc/"pass\r\nwd"', "\u202e", "", "...", "áčđŋšŧž"])
def test_a_name_cannot_leave_its_place(name: str) -> None:
    with clock.frozen(MOMENT):
        disposition = attachment(name, "csv")["Content-Disposition"]
    assert disposition.isascii()
    assert not set("\r\n/\\") & set(disposition)
    assert disposition.count('"') == 2
    assert "2026-11-25.csv" in disposition
