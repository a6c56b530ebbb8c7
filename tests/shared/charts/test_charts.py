"""Charts: lengths follow the values, what nobody knows is said, and the drawing for print stands alone."""

from decimal import Decimal
from itertools import combinations
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.charts import Bar, Figure, Line, Stack, Tile, bars, lines, share, sparkline, stacked, tile_map
from shared.charts.canvas import told_apart
from shared.contracts.vocabulary import LANGUAGES, Language
from tests.shared.charts.samples import drawn

SVG = "{http://www.w3.org/2000/svg}"
FIGURES = ["bars", "stacked", "share", "lines", "map"]
numbers = st.none() | st.integers(-(10**9), 10**9) | st.decimals(-(10**6), 10**6, places=2)


def shapes(figure: Figure, tag: str, kind: str) -> list[Element]:
    return [one for one in fromstring(figure.svg).iter(SVG + tag) if kind in one.get("class", "")]


def widths(figure: Figure, kind: str = "fill-1") -> list[float]:
    return [percent(one, "width") for one in shapes(figure, "rect", kind) if "%" in one.attrib["width"]]


def percent(shape: Element, name: str) -> float:
    return float(shape.attrib[name].removesuffix("%"))


def texts(figure: Figure) -> list[str]:
    return [one.text or "" for one in fromstring(figure.svg).iter(SVG + "text")]


def of_values(*values: Any) -> Figure:
    return bars("T", [Bar(f"b{place}", value) for place, value in enumerate(values)], id="t", language="nb")


def test_the_longest_bar_is_the_whole_width_and_the_others_follow() -> None:
    assert widths(of_values(50, 200, 100)) == [25, 100, 50]


def test_negative_bars_go_left_from_a_line_at_zero() -> None:
    figure = of_values(300, -100)
    assert [(percent(one, "x"), percent(one, "width")) for one in shapes(figure, "rect", "fill-1")] == [
        (25, 75),
        (0, 25),
    ]
    assert [percent(one, "x1") for one in shapes(figure, "line", "axis")] == [25, 25]


def test_what_nobody_knows_is_a_dashed_frame_and_a_word_and_never_zero() -> None:
    figure = of_values(10, None, 0)
    assert len(shapes(figure, "rect", "none")) == 1
    assert texts(figure) == ["b0", "10", "b1", "ingen tall", "b2", "0"]
    assert [row.cells for row in figure.rows] == [["10"], ["ingen tall"], ["0"]]


@pytest.mark.parametrize("values", [[], [None], [0, 0], [None, 0]])
def test_bars_without_anything_to_show_are_drawn(values: list[Any]) -> None:
    assert sum(widths(of_values(*values))) == 0


def test_parts_of_a_bar_stand_end_to_end_and_add_up() -> None:
    figure = stacked("T", ["a", "b"], [Stack("x", [30, 10]), Stack("y", [Decimal("60"), 20])], id="t", language="nb")
    first, second = (shapes(figure, "rect", f"fill-{series}")[1:] for series in (1, 2))
    assert [
        (percent(a, "width"), percent(b, "x"), percent(b, "width")) for a, b in zip(first, second, strict=True)
    ] == [
        (37.5, 37.5, 12.5),
        (75, 75, 25),
    ]
    assert [row.cells for row in figure.rows] == [["30", "10", "40"], ["60", "20", "80"]]
    assert (figure.head, figure.note) == (["Hva", "a", "b", "Sum"], "")


def test_a_sum_that_lacks_a_part_says_so() -> None:
    figure = stacked("T", ["a", "b"], [Stack("x", [1234.5, None]), Stack("y", [None, None])], id="t", language="nb")
    assert [row.cells for row in figure.rows] == [
        ["1\u00a0234,5", "ingen tall", "1\u00a0234,5*"],
        ["ingen tall", "ingen tall", "ingen tall"],
    ]
    assert figure.note.startswith("* Noen tall mangler")


def test_negative_parts_go_left() -> None:
    figure = stacked("T", ["a", "b"], [Stack("x", [30, -10])], id="t", language="nb")
    (negative,) = shapes(figure, "rect", "fill-2")[1:]
    assert (percent(negative, "x"), percent(negative, "width")) == (0, 25)


def test_shares_are_a_hundred_per_cent_together() -> None:
    figure = share("T", [Bar("a", 1), Bar("b", 1), Bar("c", 1), Bar("d", None)], id="t", language="nb")
    assert [row.cells[1] for row in figure.rows] == ["34\u00a0%", "33\u00a0%", "33\u00a0%", "–"]
    assert figure.rows[3].cells[0] == "ingen tall"
    assert sum(widths(figure, "fill")) == pytest.approx(100, abs=0.1)


def test_a_line_has_a_gap_where_a_value_is_missing() -> None:
    figure = lines("T", ["1", "2", "3", "4"], [Line("a", [1, None, 3, 4])], id="t", language="nb")
    assert len(shapes(figure, "line", "line-1")) == 1
    assert len(shapes(figure, "circle", "fill-1")) == 3
    assert "–" in texts(figure)
    assert figure.note == "– Her mangler det tall."
    assert [row.cells for row in figure.rows] == [["1"], ["ingen tall"], ["3"], ["4"]]


def test_a_line_is_drawn_over_round_values_with_zero_among_them() -> None:
    figure = lines("T", ["1", "2"], [Line("a", [-30, 180])], id="t", language="nb")
    assert texts(figure)[:6] == ["-100", "0", "100", "200", "1", "2"]
    heights = [float(one.attrib["y1"].removesuffix("em")) for one in shapes(figure, "line", "grid")]
    assert heights == sorted(heights, reverse=True)


def test_a_long_row_of_years_is_labelled_now_and_then() -> None:
    years = [str(year) for year in range(1990, 2027)]
    figure = lines("T", years, [Line("a", list(range(37)))], id="t", language="nb")
    assert len(set(texts(figure)) & set(years)) <= 6


def test_a_tile_is_darker_the_higher_its_value() -> None:
    values = [0, 10, 11, 25, 40, None]
    tiles = [Tile(str(value), value, row=1, column=place) for place, value in enumerate(values, 1)]
    figure = tile_map("T", tiles, id="t", language="nb")
    assert [square.level for square in figure.squares] == [1, 2, 2, 3, 4, 0]
    assert figure.scale == [(0, "ingen tall"), (1, "0 til 10"), (2, "10 til 20"), (3, "20 til 30"), (4, "30 til 40")]


def test_a_small_line_has_gaps_and_says_what_it_shows() -> None:
    drawing = fromstring(
        str(sparkline([1, None, 2, 3], 'fra "1" til <3>')).replace("<svg ", f'<svg xmlns="{SVG[1:-1]}" ', 1)
    )
    assert drawing.get("aria-label") == 'fra "1" til <3>'
    assert [one.get("points") for one in drawing] == ["0.0,30.0 0.0,30.0", "66.7,15.0 100.0,0.0"]


def test_many_series_are_told_apart_by_more_than_colour() -> None:
    assert len({told_apart(series) for series in range(36)}) == 36
    assert all(told_apart(one)[1] != told_apart(other)[1] for one, other in combinations(range(6), 2))


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_are_in_the_readers_language(language: Language) -> None:
    figure = bars("T", [Bar("a", 1234567.5)], id="t", language=language)
    shown = {"nb": "1\u00a0234\u00a0567,5", "nn": "1\u00a0234\u00a0567,5", "en": "1,234,567.5"}
    assert figure.rows[0].cells == [shown[language]]


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("kind", ["svg", "drawing"])
def test_a_drawing_has_a_name_and_a_description_and_no_style(name: str, kind: str) -> None:
    figure = drawn()[name]
    text = str(getattr(figure, kind))
    if not text:
        return
    root = fromstring(text)
    named = [root.find(f".//*[@id='{id}']") for id in root.attrib["aria-labelledby"].split()]
    assert root.get("role") == "img"
    assert [bool(one is not None and one.text) for one in named] == [True, True]
    assert "style=" not in text


@pytest.mark.parametrize("name", FIGURES)
def test_the_drawing_for_print_has_its_own_colours_and_measures(name: str) -> None:
    root = fromstring(drawn()[name].drawing)
    assert not [one for one in root.iter() if "class" in one.attrib]
    assert not [value for one in root.iter() for value in one.attrib.values() if value.endswith(("em", "%"))]
    assert {one.get("fill") for one in root.iter(SVG + "text")} <= {"#12292a", "#4a5a5a", "#ffffff"}


def test_the_same_figures_are_drawn_the_same() -> None:
    assert drawn() == drawn()


@given(st.lists(st.tuples(st.text(max_size=60), numbers), max_size=8))
def test_any_names_and_values_give_a_drawing_within_its_frame(rows: list[tuple[str, Any]]) -> None:
    figure = bars("T", [Bar(label, value) for label, value in rows], id="t", language="nb")
    for one in shapes(figure, "rect", "fill-1"):
        assert -0.01 <= percent(one, "x") <= percent(one, "x") + percent(one, "width") <= 100.02
    assert len(figure.rows) == len(rows)


@given(st.lists(st.lists(numbers, min_size=3, max_size=3), max_size=5))
def test_any_parts_and_lines_are_drawn(rows: list[list[Any]]) -> None:
    fromstring(stacked("T", ["a", "b", "c"], [Stack("x", row) for row in rows], id="t", language="nb").drawing)
    fromstring(lines("T", ["1", "2", "3"], [Line("x", row) for row in rows], id="t", language="nb").drawing)
