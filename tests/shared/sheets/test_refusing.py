"""Files that are no spreadsheet, or more than we take: refused with what to do, whatever is in them."""

from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import Invalid
from shared.sheets import Unreadable, from_workbook, grid, read
from tests.shared.sheets.files import altered, part_of, workbook

FIELDS = {"name": ("Navn",)}
BOOK = workbook([["Navn"], ["a"]])
SHEET = part_of(BOOK, "xl/worksheets/sheet1.xml")
BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
)


def zipped(**parts: bytes) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def with_sheet(content: bytes) -> bytes:
    return altered(BOOK, xl__worksheets__sheet1_dot_xml=content)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Filen er tom"),
        (b" \r\n;;\r\n", "Filen er tom"),
        (b"%PDF-1.7 ...", "ikke en Excel-arbeidsbok"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "låst med passord eller i et gammelt format"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "ikke et regneark"),
        (b"\x7fELF\x00\x01", "ikke et regneark"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "ikke en Excel-arbeidsbok"),
        (BOOK[: len(BOOK) // 2], "skadet"),
        (altered(BOOK, xl__workbook_dot_xml=None), "skadet"),
        (altered(BOOK, xl__workbook_dot_xml=b"<nothing/>"), "ingen ark med celler"),
        (with_sheet(b"<worksheet"), "skadet"),
        (with_sheet(BILLION_LAUGHS), "skadet"),
        (with_sheet(SHEET.replace(b'<row r="2"', b'<row r="99999999999"')), "skadet"),
        (b'Navn;B\n"' + b"x" * 200_000 + b"\n", "rad 2"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_spreadsheet_is_refused_with_a_remedy(data: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said) as refused:
        read(data, FIELDS)
    assert isinstance(refused.value, Invalid)
    assert refused.value.field == "file"


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(Unreadable, match=r"ikke noe ark som heter «2026»\. Den har: Ark1, 2025"):
        read(workbook([["Navn"]], **{"2025": [["Navn"]]}), FIELDS, sheet="2026")


def test_a_large_file_is_not_opened() -> None:
    with pytest.raises(Unreadable, match="større enn 10 MB"):
        read(b"x" * (grid.MOST_BYTES + 1), FIELDS)


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = altered(BOOK, xl__media__bomb_dot_bin=bytes(from_workbook.MOST_UNPACKED + 1))
    assert len(bomb) < 200_000
    with pytest.raises(Unreadable, match="for stor når den pakkes ut"):
        read(bomb, FIELDS)


@pytest.mark.parametrize(
    ("tag", "kind"), [("<row/>", "row"), ("<c/>", "c"), ("<x:c />", "c"), ('<mergeCell ref="A1"/>', "")]
)
def test_a_workbook_of_too_many_elements_is_not_parsed(tag: str, kind: str) -> None:
    many = tag * (from_workbook.MOST_TAGS[kind.encode()] * 11 // 10)
    with pytest.raises(Unreadable, match="for stor når den pakkes ut"):
        read(with_sheet(SHEET.replace(b"</sheetData>", many.encode() + b"</sheetData>")), FIELDS)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_too_many_rows_columns_or_cells_are_refused(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "MOST_ROWS", 5)
    monkeypatch.setattr(grid, "MOST_CELLS", 8)
    monkeypatch.setattr(grid, "MOST_COLUMNS", 4)
    for rows, said in (
        ([["Navn"]] * 7, "mer enn 5 rader"),
        ([["Navn"] * 3] * 3, "mer enn 8 celler"),
        ([["Navn"] * 5], "mer enn 4 kolonner"),
    ):
        data = workbook(rows) if kind == "xlsx" else "\n".join(";".join(row) for row in rows).encode()
        with pytest.raises(Unreadable, match=said):
            read(data, FIELDS)


@pytest.mark.timeout(20)
def test_a_row_far_down_costs_no_time() -> None:
    data = with_sheet(SHEET.replace(b'<row r="2">', b'<row r="1048576">').replace(b'r="A2"', b'r="A1048576"'))
    assert [line.number for line in read(data, FIELDS)] == [1_048_576]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(Unreadable):
        assert len(read(data, FIELDS)) >= 0


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_a_damaged_workbook_is_read_or_refused(data: st.DataObject) -> None:
    name = data.draw(
        st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
    )
    whole = part_of(BOOK, name)
    place = data.draw(st.integers(0, len(whole) - 1))
    broken = whole[:place] + data.draw(st.binary(max_size=6)) + whole[place + data.draw(st.integers(0, 12)) :]
    file = BytesIO()
    with ZipFile(BytesIO(BOOK)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, broken if part == name else old.read(part))
    with suppress(Unreadable):
        assert len(read(file.getvalue(), FIELDS)) >= 0
