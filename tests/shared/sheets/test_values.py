"""What people write in cells, as numbers, dates and yes or no."""

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sheets import values
from shared.sheets.values import Value, WrongValue
from shared.web.formats import number


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1234,5", "1234.5"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234\u202f567,25", "1234567.25"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1,234", "1.234"),
        ("12.5", "12.5"),
        ("0.125", "0.125"),
        ("1234.567", "1234.567"),
        ("−12,5", "-12.5"),
        ("+7", "7"),
        (" 0 ", "0"),
    ],
)
def test_numbers_are_read_as_norwegians_write_them(written: str, meant: str) -> None:
    assert values.decimal(written) == Decimal(meant)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("mye", "«mye» er ikke et tall. Skriv for eksempel 1234,5, eller la cellen stå tom."),
        ("12,3 tonn", "«12,3 tonn» har mer enn tallet i cellen. Ta bort «tonn»."),
        ("40 %", "«40 %» har mer enn tallet i cellen. Ta bort «%»."),
        ("1.234", "«1.234» kan bety to ting. Skriv 1234 eller 1,234."),
        ("-", "«-» er ikke et tall. Skriv for eksempel 1234,5, eller la cellen stå tom."),
        ("12 34", "«12 34» er ikke et tall. Skriv for eksempel 1234,5, eller la cellen stå tom."),
        ("1,2E+05", "«1,2E+05» er ikke et tall. Skriv for eksempel 1234,5, eller la cellen stå tom."),
        ("1e9", "«1e9» er ikke et tall. Skriv for eksempel 1234,5, eller la cellen stå tom."),
        ("NaN", "«NaN» er ikke et tall. Skriv for eksempel 1234,5, eller la cellen stå tom."),
        ("٣", "«٣» er ikke et tall. Skriv for eksempel 1234,5, eller la cellen stå tom."),
        ("1" * 16, f"«{'1' * 16}» har flere enn 15 sifre. Kontroller tallet."),
        (True, "«ja» er ikke et tall. Skriv for eksempel 1234,5, eller la cellen stå tom."),
        (
            datetime.fromisoformat("2025-01-02"),
            "Cellen har en dato (02.01.2025), men skal ha et tall. Endre celleformatet til tall.",
        ),
    ],
)
def test_what_is_no_number_is_refused_with_the_remedy(written: Value, said: str) -> None:
    with pytest.raises(WrongValue) as refused:
        values.decimal(written)
    assert str(refused.value) == said


@given(st.decimals(-(10**12), 10**12, places=2))
def test_numbers_as_we_show_them_are_read_back(value: Decimal) -> None:
    assert values.decimal(number(value, "nb")) == value


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    with suppress(WrongValue):
        assert values.decimal(text).is_finite()


def test_whole_numbers_have_no_decimals() -> None:
    assert values.integer("2 025") == 2025
    assert values.integer(Decimal("3.0")) == 3
    with pytest.raises(WrongValue, match="ikke et helt tall"):
        values.integer("2,5")


WRITTEN = ["31.12.2025", "31-12-2025", "31. 12. 2025", "2025-12-31", "2025-12-31T10:00:00Z", "2025-12-31 00:00:00"]
STORED = ["46022", 46022, date(2025, 12, 31), datetime.fromisoformat("2025-12-31T23:00")]


@pytest.mark.parametrize("written", [*WRITTEN, *STORED])
def test_dates_are_read(written: Value) -> None:
    assert values.day(written) == date(2025, 12, 31)


@pytest.mark.parametrize(
    "written", ["31/12/2025", "31.12.25", "31.02.2025", "2025", 2025, "i går", True, Decimal("46022.5")]
)
def test_what_is_no_date_is_refused(written: Value) -> None:
    with pytest.raises(WrongValue, match=r"for eksempel 31\.12\.2025"):
        values.day(written)


def test_yes_and_no_have_many_words() -> None:
    assert [values.boolean(word) for word in ("Ja", "x", "YES", 1, True, "sann")] == [True] * 6
    assert [values.boolean(word) for word in ("nei", "No", 0, False, "USANN")] == [False] * 5
    with pytest.raises(WrongValue, match="verken ja eller nei"):
        values.boolean("kanskje")


def test_cells_are_shown_as_text() -> None:
    shown = [
        values.text(value)
        for value in (999990002, Decimal("1.5"), date(2025, 1, 2), datetime.fromisoformat("2025-01-02T03:04"), " a ")
    ]
    assert shown == ["999990002", "1,5", "02.01.2025", "02.01.2025 03:04", "a"]
