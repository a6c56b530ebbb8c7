"""What an answer says, whatever it is packed in: pages, JSON, CSV, workbooks, archives and PDF."""

import html
import io
import json
import zipfile
from urllib.parse import unquote

import httpx

from tests.shared.pdf.reading import Pdf


def said(answer: httpx.Response) -> str:
    """Return all text of an answer in lower case, with its headers; figures stand in it as `1234.5` too."""
    heads = unquote(" ".join(f"{name}: {value}" for name, value in answer.headers.items()))
    text = html.unescape(f"{heads}\n{_unpacked(answer.content)}").lower()
    return f"{text}\n{''.join(text.split()).replace(',', '.')}"


def _unpacked(content: bytes) -> str:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(_unpacked(archive.read(name)) for name in archive.namelist())
    if content.startswith(b"%PDF"):
        return Pdf(content).text
    text = content.decode("utf-8", "replace")
    return f"{text}\n{_loaded(text)}" if content.startswith(b"{") else text


def _loaded(text: str) -> list[object]:
    """Return the values of a document, or of each of several lines that are one."""
    try:
        return [json.loads(text)]
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines()]
