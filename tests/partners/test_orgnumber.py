"""Organisation numbers: nine digits, the last a check digit modulo 11."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.partners.orgnumber import check_digit, normalised

EIGHT_DIGITS = st.text("0123456789", min_size=8, max_size=8)


@pytest.mark.parametrize("number", ["991825827", "974760673", "123456785", "999990002", "999990010", "999990029"])
def test_numbers_of_the_register_are_valid(number: str) -> None:
    assert normalised(number) == number


@pytest.mark.parametrize("written", ["974 760 673", " 974760673 ", "974\u00a0760\u00a0673", "974\t760673"])
def test_spaces_in_a_number_are_taken_away(written: str) -> None:
    assert normalised(written) == "974760673"


@pytest.mark.parametrize(
    "number",
    [
        "123456789",
        "",
        "97476067",
        "9747606730",
        "97476067x",
        "٩٧٤٧٦٠٦٧٣",
        "９７４７６０６７３",
        "974-760-673",
        "²³⁴⁵⁶⁷⁸⁹⁰",
    ],
)
def test_anything_else_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="ni siffer"):
        normalised(number)


@pytest.mark.parametrize("base", ["99999007", "99999010", "99999024"])
def test_a_base_whose_rest_is_one_has_no_number(base: str) -> None:
    assert check_digit(base) is None
    for digit in "0123456789":
        with pytest.raises(ValueError, match="ni siffer"):
            normalised(base + digit)


@given(EIGHT_DIGITS)
def test_at_most_one_check_digit_is_right(base: str) -> None:
    valid = [digit for digit in "0123456789" if _valid(base + digit)]
    assert valid == ([] if check_digit(base) is None else [check_digit(base)])


@given(EIGHT_DIGITS, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(base: str, place: int, shift: int) -> None:
    digit = check_digit(base)
    if digit is not None:
        number = base + digit
        wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
        assert not _valid(wrong)


@given(EIGHT_DIGITS, st.integers(0, 7))
def test_two_neighbours_swapped_are_always_found(base: str, place: int) -> None:
    digit = check_digit(base)
    if digit is not None:
        number = base + digit
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert swapped == number or not _valid(swapped)


def _valid(number: str) -> bool:
    try:
        return normalised(number) == number
    except ValueError:
        return False
