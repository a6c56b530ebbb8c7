"""Whether a stored spreadsheet says certain words, anywhere: other sheets, comments and properties too.

A workbook is a ZIP whose bytes tell nothing; it is unpacked within the bounds that reading has.
"""

import asyncio
import re
from collections.abc import Collection, Iterator
from html import unescape
from io import BytesIO
from lzma import LZMAError
from zipfile import ZipFile

from shared.sheets.errors import Unreadable
from shared.sheets.from_csv import decoded
from shared.sheets.from_workbook import BROKEN, DAMAGED, look_over
from shared.sheets.grid import MOST_BYTES

ZIP = b"PK\x03\x04"
TAG = re.compile(r"<[^<>]*>")
UNPACKABLE = (*DAMAGED, LZMAError, NotImplementedError, EOFError, OSError, ValueError)
UTF16 = (b"\xff\xfe", b"\xfe\xff")


def mentions(data: bytes, words: Collection[str]) -> bool:
    """Whether one of `words` stands in a CSV file or workbook, in capitals or not.

    Raises :class:`Unreadable` where that cannot be told: what is damaged, or too much once unpacked.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable
    wanted = [word.casefold() for word in words if word]
    return any(word in text for text in _texts(data) for word in wanted)


async def mentions_in_thread(data: bytes, words: Collection[str]) -> bool:
    """Do as :func:`mentions`, aside from the event loop."""
    return await asyncio.to_thread(mentions, data, words)


def _texts(data: bytes) -> Iterator[str]:
    if not data.startswith(ZIP):
        yield decoded(data).casefold()
        return
    look_over(data)
    try:
        with ZipFile(BytesIO(data)) as archive:
            for part in archive.infolist():
                yield unescape(part.filename).casefold()
                content = archive.read(part)
                text = content.decode("utf-16" if content.startswith(UTF16) else "utf-8", "replace").casefold()
                # With its tags, because names stand in attributes too; and without, because a word in two colours is cut by them.
                yield unescape(text)
                yield unescape(TAG.sub("", text))
    except UNPACKABLE as error:
        raise Unreadable(BROKEN) from error
