"""The interface in three languages: every string is marked, and translated into nynorsk and English."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment

from deploy.translations import LANGUAGES, Part, parts
from shared.contracts.vocabulary import Language
from tests.architecture.code import name_of
from tests.support.catalogues import faults

PARTS = {part.name: part for part in parts()}
SPOKEN = ("title", "aria-label", "alt", "placeholder", "data-label", "summary")
NAMES = {
    "Koblingsboks",
    "Bokmål",
    "Nynorsk",
    "English",
    "OpenAPI",
    "JSON",
    "BibTeX",
    "RIS",
    "iCalendar",
    "CO",
    "CO2e",
    "tCO",
    "e",
    "kg",
}
COMPUTED = "\u0001"
"""Stands for what a template computes."""
ATTRIBUTE = re.compile(r"[\w-]+=")
"""What a macro writes into a tag."""
INTERNAL = {"styleguide.html"}
"""Pages for those who make the system."""
SILENT = ("style", "script", "svg", "code", "pre")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_every_string_is_translated_with_its_placeholders(part: Part, language: Language) -> None:
    assert faults(part, language) == [], f"run python -m deploy.translations {part.name}, then translate"


def templates() -> list[Path]:
    """Return every template of a page."""
    folders = [source for part in PARTS.values() for source in part.sources]
    return sorted(
        file for folder in folders for file in folder.rglob("templates/**/*.html") if file.name not in INTERNAL
    )


@pytest.mark.parametrize("file", templates(), ids=name_of)
def test_no_word_in_a_template_stands_outside_the_catalogues(file: Path) -> None:
    reader = _Words()
    reader.feed(_bare(file.read_text("utf-8")))
    texts = [text.replace(COMPUTED, " ") for text in reader.texts if not ATTRIBUTE.match(text)]
    words = {text: [word.strip(".,:;()–…₂") for word in text.split() if any(map(str.isalpha, word))] for text in texts}
    unmarked = [text for text, found in words.items() if not NAMES.issuperset(found)]
    assert unmarked == []


def _bare(source: str) -> str:
    """Return a template's own text; what it computes, and what it marks with `trans`, is left out."""
    shown, marked, block = [], False, ""
    for _, kind, value in Environment(extensions=["jinja2.ext.i18n"]).lexer.tokeniter(source, None):
        if kind == "block_begin":
            block = ""
        elif kind == "name" and not block:
            block = value
            marked = {"trans": True, "endtrans": False}.get(value, marked)
        elif kind == "data" and not marked:
            shown.append(value)
        elif kind == "variable_begin":
            shown.append(COMPUTED)
    return "".join(shown)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in SILENT
        if "lang" not in dict(attrs):
            self.texts += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.texts.append(data.strip())


def test_a_bare_word_would_be_found() -> None:
    reader = _Words()
    reader.feed(_bare('<p title="Hei">{{ _("Marked") }} bare {% trans %}marked{% endtrans %}<b>too</b></p>'))
    assert [text.strip(COMPUTED + " ") for text in reader.texts] == ["Hei", "bare", "too"]


def test_every_service_has_its_catalogues() -> None:
    assert [
        name_of(part.file(language))
        for part in PARTS.values()
        for language in LANGUAGES
        if not part.file(language).exists()
    ] == []
