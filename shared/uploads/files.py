"""Files people send, told by their content: a short list of kinds is taken, and what can run on opening is not.

They are handed out as they came, so that no browser may show them: see `sending.saved`.
"""

import io
import re
import zlib
from dataclasses import dataclass
from zipfile import BadZipFile, ZipFile

from shared.errors import Invalid
from shared.web.i18n import marker as _

MOST_BYTES = 10 * 1024 * 1024
MOST_ENTRIES = 5_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_MAIN = 1024 * 1024
PDF_HEAD, PDF_TAIL, PDF_TAIL_WITHIN = b"%PDF-", b"%%EOF", 2_048
ZIP_HEAD = b"PK\x03\x04"
RUNNING = ("vbaproject", "vbadata", "activex", "macrosheets", "basic/", "scripts/", "dialogs/", "oleobject")
"""What stands in the names of parts that run, or hold something that may, in documents of Office and of OpenDocument."""
UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
MARKUP = ("<", "%!", "%PDF", "{\\rtf", "#!")
"""How pages, drawings, PostScript, broken PDFs, rich text and programs begin."""


@dataclass(frozen=True)
class Kind:
    """A kind of file: the ending it is saved with, its media type, and what people call it."""

    ending: str
    media_type: str
    name: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
KINDS: dict[str, Kind] = {
    kind.ending: kind
    for kind in (
        Kind("pdf", "application/pdf", "PDF"),
        Kind("docx", f"{_OFFICE}wordprocessingml.document", "Word"),
        Kind("xlsx", f"{_OFFICE}spreadsheetml.sheet", "Excel"),
        Kind("pptx", f"{_OFFICE}presentationml.presentation", "PowerPoint"),
        Kind("odt", f"{_OPEN}text", "OpenDocument"),
        Kind("ods", f"{_OPEN}spreadsheet", "OpenDocument"),
        Kind("odp", f"{_OPEN}presentation", "OpenDocument"),
        Kind("csv", "text/csv", "CSV"),
        Kind("txt", "text/plain", "TXT"),
    )
}
MAIN_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}


@dataclass(frozen=True)
class Sent:
    """A file somebody sent: what they call it, and its bytes. What type it says it is, counts for nothing."""

    name: str
    content: bytes


class BadFile(Invalid):
    """A file is of no kind we take."""

    code = "bad-file"
    text = _("Fila er ikke av et slag vi tar imot. Last opp PDF, Word, Excel, PowerPoint, OpenDocument, CSV eller TXT.")
    too_large = _("Fila er for stor: høyst 10 MB. Lagre den mindre, eller del den opp.")
    runs = _("Fila har makroer eller andre innebygde programmer. Lagre den uten, og last den opp på nytt.")
    swells = _("Fila blir svært stor når den pakkes ut. Lagre den på nytt fra programmet den er laget i.")


def recognised(content: bytes, name: str, field: str) -> Kind:
    """Return the kind of a file by its bytes; raises BadFile. `name` tells only CSV from other plain text."""
    if len(content) > MOST_BYTES:
        raise BadFile(BadFile.too_large, field=field)
    if is_pdf(content):
        return KINDS["pdf"]
    if content.startswith(ZIP_HEAD):
        return _document(content, field)
    if _is_plain(content):
        return KINDS["csv" if name.lower().endswith(".csv") else "txt"]
    raise BadFile(field=field)


def is_pdf(content: bytes) -> bool:
    """Whether a file is a PDF from its first byte to its end."""
    return content.startswith(PDF_HEAD) and PDF_TAIL in content[-PDF_TAIL_WITHIN:]


def _document(content: bytes, field: str) -> Kind:
    """Return which document a ZIP is; only its directory is read, and of what is packed no more than a few bytes."""
    try:
        with ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_ENTRIES or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise BadFile(BadFile.swells, field=field)
            names = {part.filename.lower() for part in parts}
            if any(word in name for name in names for word in RUNNING):
                raise BadFile(BadFile.runs, field=field)
            kind = _office(packed, names, field) or _open_document(packed)
    except (
        BadZipFile,
        OSError,
        ValueError,
        KeyError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        zlib.error,
    ) as error:
        raise BadFile(field=field) from error
    if kind is None:
        raise BadFile(field=field)
    return kind


def _office(packed: ZipFile, names: set[str], field: str) -> Kind | None:
    if "[content_types].xml" not in names:
        return None
    if b"macroenabled" in _beginning(packed, "[Content_Types].xml").lower():
        raise BadFile(BadFile.runs, field=field)
    found = [ending for part, ending in MAIN_PARTS.items() if part in names]
    return KINDS[found[0]] if len(found) == 1 else None


def _open_document(packed: ZipFile) -> Kind | None:
    said = _beginning(packed, "mimetype").decode("ascii", "replace").strip()
    return next((kind for kind in KINDS.values() if kind.media_type == said and said.startswith(_OPEN)), None)


def _beginning(packed: ZipFile, name: str) -> bytes:
    with packed.open(name) as part:
        return part.read(MOST_MAIN)


def _is_plain(content: bytes) -> bool:
    """Whether a file is text, and no markup that a browser might take for a page."""
    text = _text(content)
    if not text.strip() or UNPRINTED.search(text):
        return False
    return not text.lstrip().startswith(MARKUP)


def _text(content: bytes) -> str:
    # The second is what spreadsheets write where they write no UTF-8.
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""
