"""Files are told by their bytes, and what can run is not taken."""

import pytest

from shared.uploads.files import MOST_BYTES, BadFile, recognised
from tests.shared.uploads.making import HTML, PDF, SVG, office, open_document, packed, picture

MACRO_TYPE = '<Default ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
UNKNOWN, RUNS, SWELLS, LARGE = BadFile.text, BadFile.runs, BadFile.swells, BadFile.too_large


REFUSED = {
    "nothing": (b"", "a.txt", UNKNOWN),
    "blank": (b" \n", "a.txt", UNKNOWN),
    "page": (HTML, "a.txt", UNKNOWN),
    "page after a mark": (b"\xef\xbb\xbf \n" + HTML, "a.csv", UNKNOWN),
    "drawing": (SVG, "a.csv", UNKNOWN),
    "xml": (b"<?xml version='1.0'?><svg/>", "a.txt", UNKNOWN),
    "script": (b"#!/bin/sh\nrm -rf /\n", "a.txt", UNKNOWN),
    "rich text": (b"{\\rtf1 hei}", "a.txt", UNKNOWN),
    "program": (b"MZ\x90\x00\x03", "a.txt", UNKNOWN),
    "picture": (picture(), "a.pdf", UNKNOWN),
    "pdf later on": (b"\n" + PDF, "a.pdf", UNKNOWN),
    "cut pdf": (PDF.removesuffix(b"%%EOF\n"), "a.pdf", UNKNOWN),
    "no zip": (b"PK\x03\x04" + b"\0" * 50, "a.docx", UNKNOWN),
    "any zip": (packed({"readme.txt": "hei"}), "a.docx", UNKNOWN),
    "another mimetype": (packed({"mimetype": "text/html", "content.xml": "x"}), "a.odt", UNKNOWN),
    "two documents": (office(**{"xl/workbook.xml": b"x"}), "a.docx", UNKNOWN),
    "old word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "a.doc", UNKNOWN),
    "macros": (office(**{"word/vbaProject.bin": b"x"}), "a.docx", RUNS),
    "macro type": (office(types=MACRO_TYPE), "a.docx", RUNS),
    "old macros": (office("xl/workbook.xml", **{"xl/macrosheets/sheet1.xml": b"x"}), "a.xlsx", RUNS),
    "object": (office(**{"word/embeddings/oleObject1.bin": b"x"}), "a.docx", RUNS),
    "basic": (open_document(**{"Basic/Standard/Module1.xml": b"x"}), "a.odt", RUNS),
    "swells": (office(**{"word/media/a.bin": b"\0" * (201 * 1024 * 1024)}), "a.docx", SWELLS),
    "many parts": (
        packed({"[Content_Types].xml": "", **{f"{number}": "" for number in range(5_001)}}),
        "a.docx",
        SWELLS,
    ),
    "large": (PDF + b"\n" * MOST_BYTES, "a.pdf", LARGE),
}


@pytest.mark.parametrize(
    ("content", "name", "ending"),
    [
        (PDF, "rapport.exe", "pdf"),
        (office(), "a.docx", "docx"),
        (office("xl/workbook.xml"), "a.docx", "xlsx"),
        (office("ppt/presentation.xml"), "a", "pptx"),
        (open_document(), "a.zip", "odt"),
        (open_document("spreadsheet"), "a.xlsx", "ods"),
        (open_document("presentation"), "a", "odp"),
        ("år;tonn\r\n2024;3\r\n".encode(), "Tall.CSV", "csv"),
        ("år;tonn – 5 €\n".encode("cp1252"), "tall.csv", "csv"),
        ("\ufeffHei på deg\n".encode(), "les.txt", "txt"),
        (b"a;b\n1;2\n", "tall.html", "txt"),
    ],
)
def test_a_file_is_what_its_bytes_say_whatever_it_is_called(content: bytes, name: str, ending: str) -> None:
    assert recognised(content, name, "file").ending == ending


@pytest.mark.parametrize("which", REFUSED)
def test_what_is_not_taken_is_refused_at_its_field_with_the_reason(which: str) -> None:
    content, name, why = REFUSED[which]
    with pytest.raises(BadFile) as refused:
        recognised(content, name, "file")
    assert (refused.value.field, refused.value.message) == ("file", why)
