"""A list taken out in every format: what the three have in common is checked, and the rows are returned."""

import csv
import json
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any, Protocol

import httpx
from openpyxl import load_workbook

from shared.clock import today_in_norway

FORMULAS = ("=", "+", "-", "@", "\t")
"""What makes a spreadsheet take a cell for a formula, where it stands first."""


class Opens(Protocol):
    """Whoever opens addresses: a client, or a signed-in browser."""

    async def get(self, path: str, /) -> httpx.Response:
        """Open an address."""


async def taken_out(browser: Opens, path: str) -> list[dict[str, Any]]:
    """Return the rows of the list at `path`, taken out as JSON."""
    answer = await browser.get(f"{path}{'&' if '?' in path else '?'}format=json")
    assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
    found: list[dict[str, Any]] = answer.json()
    return found


async def in_every_format(browser: Opens, path: str) -> list[dict[str, Any]]:
    """Return the rows of the list at `path`, which has some, once CSV, XLSX and JSON are seen to agree and to hold no formula."""
    mark = "&" if "?" in path else "?"
    answers = {name: await browser.get(f"{path}{mark}format={name}") for name in ("json", "csv", "xlsx")}
    today = today_in_norway().isoformat()
    for name, answer in answers.items():
        assert answer.status_code == 200, (path, name)
        assert f"-{today}.{name}" in answer.headers["content-disposition"], path
    rows: list[dict[str, Any]] = json.loads(answers["json"].content)
    lines = list(csv.reader(StringIO(answers["csv"].content.decode("utf-8-sig")), delimiter=";"))
    sheet = load_workbook(BytesIO(answers["xlsx"].content)).worksheets[0]
    cells = list(sheet.iter_rows())
    assert len(rows) > 0, path
    assert len(lines) == len(cells) == len(rows) + 1, path
    assert lines[0] == [cell.value for cell in cells[0]], path
    assert all(key.isascii() and key == key.lower() for key in rows[0]), path
    assert len(rows[0]) == len(lines[0]) == len({*lines[0]}), path
    dangerous = [text for line in lines for text in line if text.startswith(FORMULAS) and not _number(text)]
    assert dangerous == [], path
    assert [cell.value for row in cells for cell in row if cell.data_type == "f"] == [], path
    moments = ("_at", "_on", "since", "until", "deadline")
    assert all(_is_moment(row[key]) for row in rows for key in row if key.endswith(moments)), path
    return rows


def _number(text: str) -> bool:
    return text.lstrip("-").replace(",", "").isdigit()


def _is_moment(value: object) -> bool:
    return value is None or bool(datetime.fromisoformat(str(value)) or date.fromisoformat(str(value)))
