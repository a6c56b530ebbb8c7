"""Reading back the PDFs that Typst makes: their objects, what they say of themselves, and the text on their pages."""

import re
import zlib
from functools import cached_property
from html import unescape

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
SHOWN = re.compile(rb"/(f\d+) [\d.]+ Tf|\(((?:[^\\()]|\\.)*)\)|\bET\b", re.DOTALL)
ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class Pdf:
    """A PDF as bytes, looked into."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.objects = {int(number): body for number, body in OBJECT.findall(data)}

    @cached_property
    def text(self) -> str:
        """The text of every page, a line for each piece that is written."""
        pages = [body for body in self.objects.values() if b"/Type/Page/" in body]
        return "\n".join(self._page(body) for body in pages)

    @cached_property
    def title(self) -> str:
        """The document's title, as its metadata have it."""
        (found,) = re.findall(rb"<dc:title>.*?<rdf:li[^>]*>(.*?)</rdf:li>", self.data)
        return unescape(found.decode())

    def tags(self) -> list[str]:
        """Return the kind of every element in the structure."""
        elements = [body for body in self.objects.values() if b"/Type/StructElem" in body]
        return [re.findall(rb"/S/(\w+)", body)[0].decode() for body in elements]

    def stream(self, number: int) -> bytes:
        """Return the content of a stream."""
        head, _, rest = self.objects[number].partition(b"stream\n")
        content = rest.removesuffix(b"endstream").removesuffix(b"\n")
        return zlib.decompress(content) if b"/FlateDecode" in head else content

    def _page(self, page: bytes) -> str:
        fonts = self._fonts(_reference(page, b"Resources"))
        chosen: dict[int, str] = {}
        pieces = []
        for name, written in SHOWN.findall(self.stream(_reference(page, b"Contents"))):
            if name:
                chosen = fonts[name]
            elif written:
                codes = ESCAPE.sub(_byte, written)
                signs = [int.from_bytes(codes[at : at + 2]) for at in range(0, len(codes), 2)]
                pieces.append("".join(chosen.get(sign, "") for sign in signs))
            else:
                pieces.append("\n")
        return "".join(pieces)

    def _fonts(self, resources: int) -> dict[bytes, dict[int, str]]:
        found = re.findall(rb"/(f\d+) (\d+) 0 R", self.objects[resources])
        return {name: self._letters(_reference(self.objects[int(font)], b"ToUnicode")) for name, font in found}

    def _letters(self, number: int) -> dict[int, str]:
        pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", self.stream(number))
        return {
            int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs if code != b"0000"
        }


def _reference(body: bytes, name: bytes) -> int:
    return int(re.findall(rb"/" + name + rb" (\d+) 0 R", body)[0])


def _byte(found: re.Match[bytes]) -> bytes:
    one = found[1]
    return bytes([int(one, 8)]) if len(one) == 3 else NAMED.get(one, one)
