"""A spreadsheet somebody sent: its rows by their headings, with the numbers the spreadsheet shows."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from shared.sheets import read, read_in_thread
from tests.shared.sheets.files import Rows, altered, part_of, reading, workbook

FIELDS = {
    "number": ("Org.nr.", "Organisasjonsnummer", "Organisation number"),
    "name": ("Navn", "Namn", "Name"),
    "scope1": ("Scope 1 (tCO2e)", "Direkte utslipp"),
}
TEXT = "Org.nr.;Navn;Scope 1 (tCO2e)\r\n999990002;Sørøya Verft;1 234,5\r\n\r\n999990010;Ålesund;\r\n"


def rows_of(data: bytes) -> list[tuple[int, str | None, str | None, Decimal | None]]:
    sheet = read(data, FIELDS)
    return [(line.number, line.text("number"), line.text("name"), line.decimal("scope1")) for line in sheet]


EXPECTED = [(2, "999990002", "Sørøya Verft", Decimal("1234.5")), (4, "999990010", "Ålesund", None)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_csv_is_read_in_every_encoding_and_with_every_delimiter(encoding: str, delimiter: str) -> None:
    assert rows_of(TEXT.replace(";", delimiter).encode(encoding)) == EXPECTED


def test_csv_with_commas_may_have_decimal_commas_in_quotes() -> None:
    assert rows_of(TEXT.replace("1 234,5", '"1234,5"').replace(";", ",").encode()) == EXPECTED


def test_csv_may_say_what_stands_between_its_cells() -> None:
    assert rows_of(("sep=;\r\n" + TEXT).encode()) == EXPECTED


def test_semicolons_win_over_commas_in_numbers_and_texts() -> None:
    data = b"Navn;Scope 1 (tCO2e)\na, b;1,5\nc, d;2,5\n"
    assert [(line.text("name"), line.decimal("scope1")) for line in read(data, FIELDS)] == [
        ("a, b", Decimal("1.5")),
        ("c, d", Decimal("2.5")),
    ]


def test_a_cell_with_line_breaks_is_one_row() -> None:
    data = b'Org.nr.;Navn\n1;"to\nlinjer"\n2;b\n'
    assert [(line.number, line.text("name")) for line in read(data, FIELDS)] == [(2, "to\nlinjer"), (3, "b")]


def test_a_workbook_gives_numbers_dates_and_texts() -> None:
    rows: Rows = [
        ["Navn", "Tall", "Dag", "Dag som tall", "Ja"],
        ["x", 0.1 + 0.2, datetime.fromisoformat("2025-12-31"), 46022, True],
        [None, None, None, None, None],
        [999990002, 1e3, "31.12.2025", "2025-12-31", "nei"],
    ]
    sheet = reading(workbook(rows), name="Navn", value="Tall", day="Dag", serial="Dag som tall", yes="Ja")
    read_back = [
        (line.number, line.text("name"), line.decimal("value"), line.date("day"), line.date("serial")) for line in sheet
    ]
    last_day = date(2025, 12, 31)
    assert read_back == [
        (2, "x", Decimal("0.3"), last_day, last_day),
        (4, "999990002", Decimal(1000), last_day, last_day),
    ]
    assert [line.boolean("yes") for line in sheet] == [True, False]


def test_a_sheet_is_read_by_its_name() -> None:
    data = workbook([["Navn"], ["en"]], "2024", **{"2025": [["Navn"], ["to"]]})
    assert [line.text("name") for line in read(data, FIELDS)] == ["en"]
    assert [line.text("name") for line in read(data, FIELDS, sheet="2025")] == ["to"]


def test_a_hidden_first_sheet_is_passed_over() -> None:
    data = workbook([["Navn"], ["skjult"]], "Lister", Data=[["Navn"], ["synlig"]])
    book = part_of(data, "xl/workbook.xml").replace(b'state="visible"', b'state="hidden"', 1)
    assert [line.text("name") for line in read(altered(data, xl__workbook_dot_xml=book), FIELDS)] == ["synlig"]


def test_a_workbook_that_lies_about_its_size_is_read_whole() -> None:
    data = workbook([["Navn", "Org.nr."], ["a", 1], ["b", 2]])
    sheet = part_of(data, "xl/worksheets/sheet1.xml").replace(b'ref="A1:B3"', b'ref="A1"')
    assert len(read(altered(data, xl__worksheets__sheet1_dot_xml=sheet), FIELDS)) == 2


def test_headings_are_known_without_case_spaces_and_punctuation() -> None:
    data = b"ORGANISASJONSNUMMER *; namn ;Direkte  utslipp:;Merknad\n1;a;2;x\n"
    sheet = read(data, FIELDS, needed=("number", "name"))
    assert (dict(sheet.headings.places), sheet.errors) == ({"number": 0, "name": 1, "scope1": 2}, ())
    assert [(heading.text, heading.column) for heading in sheet.unknown] == [("Merknad", "D")]


def test_the_fields_own_names_are_headings_too() -> None:
    assert [line.text("number") for line in read(b"number;scope1\n7;1\n", FIELDS)] == ["7"]


def test_headings_may_stand_under_a_title() -> None:
    data = workbook([["Klimaregnskap 2025"], [], ["Navn", "Org.nr."], ["a", 1]])
    assert [(line.number, line.text("name")) for line in read(data, FIELDS)] == [(4, "a")]


def test_missing_and_double_columns_are_named() -> None:
    sheet = read(b"Navn;Namn;Utslipp\na;b;1\n", FIELDS, needed=("number", "name", "scope1"))
    assert [str(error) for error in sheet.errors] == [
        "rad 1: Kolonnen «Org.nr.» mangler. Legg den til, eller gi den rette kolonnen denne overskriften.",
        "rad 1: Kolonnen «Scope 1 (tCO2e)» mangler. Legg den til, eller gi den rette kolonnen denne overskriften.",
        "rad 1, kolonne B (Namn): Overskriftene «Navn» (A), «Namn» (B) betyr det samme. Behold bare én av kolonnene.",
    ]


def test_a_wrong_cell_is_named_by_row_column_and_heading() -> None:
    data = workbook([["Org.nr.", "Navn", "Direkte utslipp"], ["1", "a", "mye"], ["2", None, -3]])
    first, second = read(data, FIELDS)
    assert first.decimal("scope1") is None
    assert second.decimal("scope1", least=0) is None
    assert second.text("name", needed=True) is None
    second.wrong("number", "Ukjent nummer %(number)s.", number="2")
    assert [str(error) for line in (first, second) for error in line.errors] == [
        "rad 2, kolonne C (Direkte utslipp): «mye» er ikke et tall. Skriv for eksempel 1234,5, eller la cellen stå tom.",
        "rad 3, kolonne C (Direkte utslipp): -3 er for lite. Det minste som kan stå her, er 0.",
        "rad 3, kolonne B (Navn): Cellen er tom. Fyll den ut.",
        "rad 3, kolonne A (Org.nr.): Ukjent nummer 2.",
    ]


def test_a_needed_cell_without_a_column_is_an_error_of_the_row() -> None:
    (line,) = read(b"Navn\na\n", FIELDS)
    line.text("number", needed=True)
    assert [str(error) for error in line.errors] == ["rad 2: Cellen er tom. Fyll den ut."]


def test_formulas_are_their_last_value_and_failed_ones_are_named() -> None:
    data = workbook([["Navn", "Direkte utslipp"], ["a", 1], ["b", "=1/0"]])
    sheet = part_of(data, "xl/worksheets/sheet1.xml")
    sheet = sheet.replace(b'<c r="B2" t="n"><v>1</v></c>', b'<c r="B2"><f>40+2</f><v>42</v></c>')
    sheet = sheet.replace(b'<c r="B3"><f>1/0</f><v /></c>', b'<c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c>')
    first, second = read(altered(data, xl__worksheets__sheet1_dot_xml=sheet), FIELDS)
    assert first.decimal("scope1") == 42
    assert second.decimal("scope1") is None
    assert [str(error) for error in second.errors] == [
        "rad 3, kolonne B (Direkte utslipp): Formelen i cellen gir feilen #DIV/0!. Rett formelen, eller skriv verdien."
    ]


def test_a_formula_that_was_never_calculated_is_no_empty_cell() -> None:
    (line,) = read(workbook([["Navn", "Direkte utslipp"], ["a", "=40+2"]]), FIELDS)
    assert line.decimal("scope1") is None
    assert (
        line.errors[0].said()
        == "Formelen i cellen er ikke regnet ut. Åpne filen i et regneark, lagre den, og prøv igjen."
    )


def test_a_formula_that_gives_no_text_is_an_empty_cell() -> None:
    data = workbook([["Navn", "Direkte utslipp"], ["a", "=IF(A2,1)"]])
    sheet = part_of(data, "xl/worksheets/sheet1.xml")
    sheet = sheet.replace(b'<c r="B2"><f>IF(A2,1)</f><v />', b'<c r="B2" t="str"><f>IF(A2,1)</f><v></v>')
    (line,) = read(altered(data, xl__worksheets__sheet1_dot_xml=sheet), FIELDS)
    assert (line.decimal("scope1"), line.errors) == (None, [])


def test_failed_formulas_in_csv_are_named_too() -> None:
    (line,) = read(b"Navn;Direkte utslipp\na;#VERDI!\n", FIELDS)
    line.decimal("scope1")
    assert [error.values for error in line.errors] == [{"code": "#VERDI!"}]


def test_a_choice_is_read_by_code_or_word() -> None:
    words = {"public": "Offentlig sektor", "business": "Næringsliv"}
    first, second, third = read("Navn\nnæringsliv\nPUBLIC\nanna\n".encode(), FIELDS)
    assert (first.choice("name", words), second.choice("name", words)) == ("business", "public")
    assert third.choice("name", words) is None
    assert third.errors[0].said() == "«anna» er ikke et av valgene. Skriv ett av disse: Offentlig sektor, Næringsliv."


def test_a_long_text_is_refused_with_its_length() -> None:
    (line,) = read(b"Navn\nabcdef\n", FIELDS)
    assert line.text("name", most=3) is None
    assert line.errors[0].said() == "Teksten er på 6 tegn. Kort den ned til 3."


async def test_a_file_is_read_aside_from_the_event_loop() -> None:
    assert len(await read_in_thread(TEXT.encode(), FIELDS, needed=("number",))) == 2
