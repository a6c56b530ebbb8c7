"""Words are found wherever a stored spreadsheet may say them, and nothing is unpacked beyond the bounds of reading."""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment

from shared.sheets import Unreadable, mentions
from shared.sheets.from_workbook import MOST_UNPACKED

NAME = "Åse Ørnulfsdatter & co"


def cell(book: Workbook) -> None:
    book.active["B2"] = NAME.upper()  # type: ignore[index]


def other_sheet(book: Workbook) -> None:
    book.create_sheet("Notater")["A1"] = NAME
    book["Notater"].sheet_state = "hidden"


def comment(book: Workbook) -> None:
    book.active["A1"].comment = Comment("Spør", NAME)  # type: ignore[index]


def properties(book: Workbook) -> None:
    book.properties.creator = NAME


def two_colours(book: Workbook) -> None:
    red = InlineFont(color="00FF0000")
    book.active["A1"] = CellRichText(NAME[:6], TextBlock(red, NAME[6:]))  # type: ignore[index]


def saved(change: Callable[[Workbook], None]) -> bytes:
    book, file = Workbook(), BytesIO()
    book.active["A1"] = "Org.nr."  # type: ignore[index]
    change(book)
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("change", [cell, other_sheet, comment, properties, two_colours])
def test_a_workbook_tells_wherever_the_name_stands(change: Callable[[Workbook], None]) -> None:
    data = saved(change)
    assert NAME.encode() not in data, "its bytes are packed"
    assert mentions(data, [NAME])
    assert not mentions(data, ["Dorthea Ingensteds"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_file_tells_in_any_of_its_encodings(encoding: str) -> None:
    data = f"Org.nr.;Kontakt\n999990002;{NAME.upper()}\n".encode(encoding)
    assert mentions(data, [NAME])
    assert not mentions(data, ["Dorthea Ingensteds"])


@pytest.mark.parametrize("of", [{"xl/media/bomb.bin": MOST_UNPACKED + 1}, {f"x{n}": 0 for n in range(2_001)}])
def test_what_would_be_too_much_is_not_unpacked(of: dict[str, int]) -> None:
    file = BytesIO(saved(cell))
    with ZipFile(file, "a", ZIP_DEFLATED) as archive:
        for name, size in of.items():
            archive.writestr(name, bytes(size))
    assert len(file.getvalue()) < 500_000
    with pytest.raises(Unreadable):
        mentions(file.getvalue(), [NAME])


def test_what_is_damaged_is_unreadable() -> None:
    data = saved(cell)
    with pytest.raises(Unreadable):
        mentions(data[: len(data) // 2], [NAME])
