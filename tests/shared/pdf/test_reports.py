"""Reports as PDF: tagged, in a language, with everything inside; what people wrote is shown and never obeyed."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from shared import clock
from shared.charts import Bar, bars
from shared.contracts.vocabulary import LANGUAGES, Language
from shared.pdf import compiled, render
from tests.shared.charts.samples import drawn
from tests.shared.pdf.reading import Pdf

TEMPLATES = Path(__file__).parent / "templates"
HOSTILE = '#import "/etc/passwd" #read("one.typ") *x* _y_ $z$ <a> @b `c` // d'
SAMI = "á č đ ŋ š ŧ ž Á Č Đ Ŋ Š Ŧ Ž æ ø å Æ Ø Å ä ö"


def made(text: str, language: Language = "nb", title: str = "Årsrapport 2025") -> Pdf:
    return Pdf(compiled(TEMPLATES / "one.typ", {"title": title, "text": text}, language))


def everything(language: Language = "nb") -> Pdf:
    data: dict[str, Any] = {
        "title": "Årsrapport",
        "subtitle": "Klimapartnere Vestland",
        "text": "Innledning",
        "heading": "Utslipp",
        "drawn": drawn(language),
        "rows": [["Nordlys Verft AS", "310"], ["<Ålesund> #havn", "1 200"]],
    }
    return Pdf(compiled(TEMPLATES / "everything.typ", data, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_says_its_title_and_language_and_is_tagged(language: Language) -> None:
    report = made("Hei", language)
    assert report.title == "Årsrapport 2025"
    assert f"/Lang({language}" in report.data.decode("latin-1")
    for sign in (
        b"/MarkInfo<</Marked true",
        b"/StructTreeRoot",
        b"/DisplayDocTitle true",
        b"<pdfuaid:part>1</pdfuaid:part>",
    ):
        assert sign in report.data


def test_headings_tables_figures_and_captions_are_tagged() -> None:
    tags = everything().tags()
    assert {"H1", "Table", "THead", "TH", "TD", "Figure", "Caption"} <= set(tags)
    assert tags.count("Figure") == 5
    assert everything().data.count(b"/Alt") >= 5


def test_every_font_is_inside() -> None:
    report = everything()
    described = [body for body in report.objects.values() if b"/Type/FontDescriptor" in body]
    assert described
    assert all(b"/FontFile" in body for body in described)


def test_what_people_wrote_is_shown_and_never_obeyed() -> None:
    assert HOSTILE in _on_one_line(made(HOSTILE).text)


def test_a_title_is_no_code_either() -> None:
    assert made("", title=HOSTILE).title == HOSTILE


def test_sami_and_norwegian_letters_have_glyphs() -> None:
    assert SAMI in _on_one_line(made(SAMI).text)


def test_a_sign_no_font_has_is_shown_as_such() -> None:
    assert "a \ufffd b \ufffd\ufffd c" in _on_one_line(made('a 🙂 b 漢字 c \u0600 "').text)


def test_a_sign_no_font_has_may_stand_in_a_chart_and_a_title() -> None:
    figure = bars("🙂 漢", [Bar("Virksomhet 🙂", 3)], id="b", language="nb")
    data = {
        "title": "🙂",
        "subtitle": "s",
        "text": "t",
        "heading": "h",
        "rows": [],
        "drawn": drawn() | {"bars": figure},
    }
    assert Pdf(compiled(TEMPLATES / "everything.typ", data, "nb")).title == "\ufffd"


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=60)
def test_any_text_makes_a_report(text: str) -> None:
    assert made(text).data.startswith(b"%PDF-")


def test_pages_are_numbered_in_the_readers_language() -> None:
    assert "Side 1 av 1" in made("Hei").text


def test_the_same_data_at_the_same_moment_is_the_same_file() -> None:
    with clock.frozen(datetime(2026, 11, 24, 9, 30, 15, 250, tzinfo=UTC)):
        assert everything().data == everything().data


async def test_a_report_is_made_aside_from_the_event_loop() -> None:
    data = {"title": "Tittel", "text": "Tekst"}
    assert "Tekst" in Pdf(await render(TEMPLATES / "one.typ", data, "nb")).text


@pytest.mark.parametrize("path", ["../outside.typ", "/../outside.typ", "/etc/passwd"])
def test_a_template_reads_nothing_outside_its_folder(path: str, tmp_path: Path) -> None:
    (tmp_path / "outside.typ").write_text("hemmelig")
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "own.typ").write_text("#let greeting = [Hei]")
    (folder / "good.typ").write_text('#import "own.typ": greeting\n#show: report.with(title: "T")\n#greeting')
    (folder / "bad.typ").write_text(f'#show: report.with(title: "T")\n#read("{path}")')
    assert "Hei" in Pdf(compiled(folder / "good.typ", {}, "nb")).text
    with pytest.raises(typst.TypstError, match=r"escape the project root|file not found"):
        compiled(folder / "bad.typ", {}, "nb")


@pytest.mark.parametrize("wrong", ["#image(bytes(data.svg))", "= A\n=== C"])
def test_a_template_that_is_not_accessible_is_refused(wrong: str, tmp_path: Path) -> None:
    (tmp_path / "wrong.typ").write_text(f'#show: report.with(title: "T")\n{wrong}')
    with pytest.raises(typst.TypstError, match="PDF/UA-1 error"):
        compiled(
            tmp_path / "wrong.typ", {"svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'}, "nb"
        )


def test_what_json_cannot_carry_is_refused() -> None:
    with pytest.raises(TypeError, match="object cannot be handed to a report"):
        compiled(TEMPLATES / "one.typ", {"title": object()}, "nb")


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
