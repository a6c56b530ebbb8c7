"""Text that a spreadsheet can hold, and that it never takes for a formula."""

import re

UNHOLDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 has no room for."""
LONGEST = 32_767
"""The most UTF-16 units a cell holds."""
COMMANDING = re.compile("(?:[\\s'\u200b\u2060\ufeff]*[=+\\-@＝＋－＠])|(?:'*[\t\r\n])")
"""What a spreadsheet may take for a formula, or a reader of the file may cut off until it looks like one (OWASP, CSV injection)."""


def holdable(text: str) -> str:
    """Return `text` without control characters, with `\\n` as its only line break."""
    return UNHOLDABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def fitted(text: str) -> str:
    """Return `text`, cut where it is longer than a cell."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST:
        return text
    return units[: 2 * (LONGEST - 1)].decode("utf-16-le", "ignore") + "…"


def commanding(text: str) -> bool:
    """Whether a spreadsheet may take `text` for a formula."""
    return COMMANDING.match(text) is not None


def neutral(text: str) -> str:
    """Return `text` for a CSV file, with an apostrophe before what may be taken for a formula."""
    return f"'{text}" if commanding(text) else text


def plain(text: str) -> str:
    """Return what :func:`neutral` was given."""
    return text[1:] if text.startswith("'") and commanding(text[1:]) else text
