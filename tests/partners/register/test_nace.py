"""Themes of industries, by division alone."""

from itertools import pairwise

import pytest

from services.partners.register.nace import THEME_LABELS, THEMES, division, theme_of, themes_of


@pytest.mark.parametrize(
    ("code", "theme"),
    [
        ("01.110", "primary"),
        ("03.211", "primary"),
        ("06.100", "industry"),
        ("23.110", "industry"),
        ("33.200", "industry"),
        ("35.111", "energy"),
        ("38.110", "water-waste"),
        ("41.200", "construction"),
        ("47.111", "trade"),
        ("49.310", "transport"),
        ("56.101", "hospitality"),
        ("62.010", "media-it"),
        ("64.190", "finance"),
        ("68.209", "property"),
        ("72.190", "advice-research"),
        ("84.110", "administration"),
        ("85.421", "education"),
        ("86.101", "health"),
        ("86", "health"),
    ],
)
def test_a_division_has_a_theme(code: str, theme: str) -> None:
    assert theme_of(code) == theme
    assert THEME_LABELS[theme]


@pytest.mark.parametrize(
    ("old", "new"), [("85.421", "85.400"), ("62.010", "62.100"), ("47.111", "47.110"), ("35.111", "35.120")]
)
def test_a_code_that_was_renumbered_keeps_its_theme(old: str, new: str) -> None:
    assert theme_of(old) == theme_of(new)


@pytest.mark.parametrize("code", ["94.991", "96.020", "96.210", "99.000", "04.100", "00.000"])
def test_a_division_without_a_theme_has_none(code: str) -> None:
    assert division(code) is not None
    assert theme_of(code) is None


@pytest.mark.parametrize("code", ["", "C", "C23", "J62.010", "230", "2", "23.", "23.1100", "٢٣.110"])
def test_what_is_no_code_has_no_theme(code: str) -> None:
    assert division(code) is None
    assert theme_of(code) is None


def test_several_industries_give_each_theme_once_the_main_one_first() -> None:
    assert themes_of(["49.310", "41.200", "49.410", "94.991"]) == ["transport", "construction"]


def test_no_division_has_two_themes() -> None:
    spans = [(first, last) for first, last, _code, _label in THEMES]
    assert all(last < first for (_first, last), (first, _last) in pairwise(spans))
