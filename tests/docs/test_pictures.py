"""The picture of the messages says what the contracts say, and is readable for all."""

import xml.etree.ElementTree as ET

from shared.contracts.catalogue import HEARERS, stated_by
from shared.contracts.streams import STREAMS
from tests.docs.papers import ROOT

SVG = "{http://www.w3.org/2000/svg}"
PICTURE = ET.parse(ROOT / "docs/pictures/messages.svg").getroot()


def test_each_fact_is_drawn_with_who_says_and_who_hears_it() -> None:
    drawn = {
        group.attrib["data-subject"]: (group.attrib["data-says"], tuple(group.attrib["data-hears"].split()))
        for group in PICTURE.iter(f"{SVG}g")
        if "data-subject" in group.attrib
    }
    assert drawn == {fact.subject: (stated_by(fact), hearers) for fact, hearers in HEARERS.items()}


def test_each_row_has_an_arrow_for_each_hearer() -> None:
    for group in PICTURE.iter(f"{SVG}g"):
        kinds = [part.attrib.get("class") for part in group]
        assert kinds.count("hears") == len(group.attrib["data-hears"].split())
        assert kinds.count("says") == 1


def test_every_stream_has_its_band() -> None:
    named = [text.text for text in PICTURE.iter(f"{SVG}text") if text.attrib.get("class") == "stream"]
    assert named == [plan.name for plan in STREAMS]


def test_it_has_a_title_a_description_and_colours_for_the_dark() -> None:
    titles = {PICTURE.find(f"{SVG}{name}").attrib["id"] for name in ("title", "desc")}  # type: ignore[union-attr]
    assert PICTURE.attrib["role"] == "img"
    assert set(PICTURE.attrib["aria-labelledby"].split()) == titles
    style = PICTURE.find(f"{SVG}style")
    assert style is not None
    assert "prefers-color-scheme: dark" in (style.text or "")
