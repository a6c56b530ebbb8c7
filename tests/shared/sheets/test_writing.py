"""A list handed out: the same content in every format, and never a formula."""

import csv
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from shared.sheets import Column, Table
from shared.sheets import workbook as workbooks
from shared.sheets.safety import commanding, fitted, holdable, neutral, plain
from shared.sheets.table import Record
from shared.sheets.workbook import TooLong, sheet_name
from shared.sheets.write import csv_parts
from tests.shared.sheets.files import csv_of, json_of, part_of, reading, workbook_of

COLUMNS = [
    Column("name", "Navn"),
    Column("number", "Antall", "integer"),
    Column("tonnes", "Tonn", "decimal"),
    Column("day", "Dato", "date"),
    Column("moment", "Når", "datetime"),
    Column("paid", "Betalt", "boolean"),
    Column("topics", "Tema", "list"),
]
ROW = {
    "name": "Sámi allaskuvla; «nord»",
    "number": 12,
    "tonnes": Decimal("-1234.50"),
    "day": date(2025, 12, 31),
    "moment": datetime(2026, 6, 30, 22, 15, tzinfo=UTC),
    "paid": False,
    "topics": ["Energi", "Natur"],
}
TABLE = Table("Partnere", COLUMNS, [ROW, {"name": "Tom"}])
DANGEROUS = [
    "=1+1",
    "+47 22",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\nx",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    " =1",
    "\u200b=1",
    "'=1",
    "''@x",
]
texts = st.text(st.characters(codec=None, exclude_categories=()), max_size=40) | st.sampled_from(DANGEROUS)


def test_csv_opens_in_a_norwegian_excel() -> None:
    written = csv_of(TABLE)
    assert written.startswith(b"\xef\xbb\xbfNavn;Antall;Tonn;Dato")
    assert written.decode("utf-8-sig").split("\r\n") == [
        "Navn;Antall;Tonn;Dato;Når;Betalt;Tema",
        '"Sámi allaskuvla; «nord»";12;-1234,50;2025-12-31;2026-07-01 00:15:00;nei;Energi, Natur',
        "Tom;;;;;;",
        "",
    ]


def test_csv_with_commas_has_decimal_points() -> None:
    assert b",-1234.50," in csv_of(TABLE, ",")


def test_a_workbook_has_real_dates_and_numbers_under_a_frozen_heading() -> None:
    sheet = load_workbook(BytesIO(workbook_of(TABLE))).worksheets[0]
    assert sheet.title == "Partnere"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:G3")
    assert [cell.font.bold for cell in sheet[1]] == [True] * 7
    moment = datetime.fromisoformat("2026-07-01T00:15")
    shown = [ROW["name"], 12, -1234.5, datetime.fromisoformat("2025-12-31"), moment, False, "Energi, Natur"]
    assert [cell.value for cell in sheet[2]] == shown
    assert [cell.number_format for cell in sheet[2]][3:5] == ["dd.mm.yyyy", "dd.mm.yyyy hh:mm"]
    assert sheet.column_dimensions["A"].width > len(str(ROW["name"]))


def test_json_is_an_array_of_objects_with_exact_decimals() -> None:
    written = json.loads(json_of(TABLE), parse_float=str)
    assert written[0]["tonnes"] == "-1234.50"
    assert written[0]["moment"] == "2026-06-30T22:15:00+00:00"
    assert written[0]["topics"] == ["Energi", "Natur"]
    assert written[1] == {"name": "Tom"} | {column.key: None for column in COLUMNS[1:]}


def test_a_list_without_rows_has_its_headings() -> None:
    empty = Table("Ingen", COLUMNS, [])
    assert csv_of(empty).count(b"\r\n") == 1
    assert json.loads(json_of(empty)) == []
    assert load_workbook(BytesIO(workbook_of(empty))).worksheets[0].max_row == 1


@given(texts)
@settings(deadline=None)
def test_text_comes_back_from_csv_as_it_was(text: str) -> None:
    written = csv_of(Table("", [Column("a", "Tekst"), Column("b", "Slutt")], [{"a": text, "b": "."}]))
    rows = list(csv.reader(StringIO(written.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert plain(rows[1][0]) == holdable(text)
    assert not commanding(rows[1][0]) or rows[1][0].startswith("'")


@given(st.lists(texts, min_size=1, max_size=5))
@settings(deadline=None, max_examples=60)
def test_text_comes_back_from_a_workbook_as_it_was_and_is_no_formula(values: list[str]) -> None:
    written = workbook_of(Table("", [Column("a", "=Tekst")], [{"a": value} for value in values]))
    sheet = load_workbook(BytesIO(written)).worksheets[0]
    cells = [sheet.cell(number, 1) for number in range(1, len(values) + 2)]
    assert [cell.value or "" for cell in cells] == ["=Tekst", *(holdable(value) for value in values)]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}
    assert b"<f>" not in part_of(written, "xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_a_spreadsheet_may_take_for_a_formula_is_neutral(text: str) -> None:
    assert neutral(text) == f"'{text}"
    assert plain(neutral(text)) == text


@given(texts)
def test_neutral_text_is_told_from_text_with_an_apostrophe(text: str) -> None:
    assert plain(neutral(text)) == text


def test_a_formula_stays_text_when_its_cell_is_edited() -> None:
    written = workbook_of(Table("", [Column("a", "A")], [{"a": "=1+1"}]))
    assert b'quotePrefix="1"' in part_of(written, "xl/styles.xml")


def test_what_was_handed_out_can_be_read_again() -> None:
    for data in (csv_of(TABLE), csv_of(TABLE, ","), workbook_of(TABLE)):
        line = next(iter(reading(data, name="Navn", tonnes="Tonn", day="Dato", paid="Betalt", topics="Tema")))
        assert (line.text("name"), line.decimal("tonnes"), line.date("day")) == (ROW["name"], ROW["tonnes"], ROW["day"])
        assert (line.boolean("paid"), line.list("topics"), line.errors) == (False, ["Energi", "Natur"], [])


def test_text_longer_than_a_cell_is_cut_between_letters() -> None:
    assert len(fitted("x" * 40_000)) == 32_767
    assert fitted("🙂" * 20_000) == "🙂" * 16_383 + "…"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Partnere: [Vestland]/2025", "Partnere Vestland 2025"),
        ("'", "Liste"),
        ("History", "Liste"),
        ("x" * 40, "x" * 31),
    ],
)
def test_a_sheet_has_a_name_that_excel_accepts(title: str, name: str) -> None:
    assert sheet_name(title) == name


def test_numbers_that_excel_would_round_are_text() -> None:
    written = workbook_of(Table("", [Column("a", "A", "integer")], [{"a": 10**15 + 1}, {"a": float("nan")}]))
    sheet = load_workbook(BytesIO(written)).worksheets[0]
    assert [row[0] for row in sheet.values] == ["A", "1000000000000001"]


def test_days_before_excels_calendar_are_text() -> None:
    written = workbook_of(Table("", [Column("a", "A", "date")], [{"a": date(1814, 5, 17)}]))
    assert load_workbook(BytesIO(written)).worksheets[0]["A2"].value == "1814-05-17"


async def test_csv_is_written_while_the_rows_are_read() -> None:
    taken = 0

    async def rows() -> AsyncIterator[Record]:
        nonlocal taken
        for number in range(100_000):
            taken += 1
            yield {"a": number}

    parts = csv_parts(Table("", [Column("a", "A", "integer")], rows()))
    await anext(parts)
    await anext(parts)
    assert taken < 1_000
    await parts.aclose()


def test_a_list_too_long_for_excel_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 3)
    with pytest.raises(TooLong):
        workbook_of(Table("", [Column("a", "A")], [{"a": "x"}] * 4))
