"""One mail taken apart for showing. Whatever the bytes, parsing gives something: broken parts come out as they can.

The oldest policy of the email package is used on purpose: its newer ones raise on some malformed headers.
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import Header, decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from html.parser import HTMLParser

LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


@dataclass(frozen=True)
class Letter:
    """A parsed mail: all headers in order, and the first body of each kind ("" when there is none)."""

    headers: tuple[tuple[str, str], ...]
    html: str
    text: str
    calendar: str
    attachments: tuple[str, ...]
    links: tuple[str, ...]
    raw: bytes

    @classmethod
    def parse(cls, raw: bytes) -> "Letter":
        """Takes the bytes apart; never raises on malformed mail."""
        message = message_from_bytes(raw)
        headers = tuple((name, decoded_header(value)) for name, value in message.items())
        html, text = _body(message, "text/html"), _body(message, "text/plain")
        links = tuple(dict.fromkeys([*links_in_html(html), *LINK.findall(text)]))
        return cls(headers, html, text, _body(message, "text/calendar"), tuple(_attachments(message)), links, raw)

    def header(self, name: str) -> str:
        """The first header of this name in any case, decoded; "" when there is none."""
        return next((value for key, value in self.headers if key.casefold() == name.casefold()), "")

    @property
    def source(self) -> str:
        """The raw message as text to look at."""
        return self.raw.decode("utf-8", errors="replace")


def headers_of(raw: bytes) -> "Message[str, str]":
    """Only the headers, without reading the body."""
    return BytesHeaderParser().parsebytes(raw)


def decoded_header(value: str | Header | None) -> str:
    """A header as a person reads it, on one line; undecodable words stay as they came."""
    if value is None:
        return ""
    text = str(value)
    with contextlib.suppress(HeaderParseError):
        text = "".join(_decoded(chunk, charset) for chunk, charset in decode_header(text))
    return " ".join(text.split())


def _decoded(chunk: bytes | str, charset: str | None) -> str:
    if isinstance(chunk, str):
        return chunk
    try:
        return chunk.decode(charset or "utf-8", errors="replace")
    except LookupError:
        return chunk.decode("utf-8", errors="replace")


def _leaves(message: "Message[str, str]") -> "Iterator[Message[str, str]]":
    return (part for part in message.walk() if not part.is_multipart())


def _body(message: "Message[str, str]", kind: str) -> str:
    for part in _leaves(message):
        payload = part.get_payload(decode=True)
        if part.get_content_type() == kind and isinstance(payload, bytes):
            return _decoded(payload, part.get_content_charset()).replace("\r\n", "\n")
    return ""


def _attachments(message: "Message[str, str]") -> Iterator[str]:
    for part in _leaves(message):
        name = part.get_filename()
        if name:
            yield decoded_header(name)


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        target = dict(attrs).get("href") or ""
        if tag == "a" and target.startswith(("https://", "http://")):
            self.found.append(target)


def links_in_html(html: str) -> list[str]:
    """The http and https targets of links in the text, in order."""
    parser = _Links()
    parser.feed(html)
    return parser.found
