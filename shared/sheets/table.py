"""A list as it is handed out, whatever the format: its columns, and rows that may come a few at a time."""

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from shared.contracts.vocabulary import Language

Kind = Literal["text", "integer", "decimal", "date", "datetime", "boolean", "list"]
Record = Mapping[str, Any]
Rows = Iterable[Record] | AsyncIterable[Record]


@dataclass(frozen=True)
class Column:
    """One column: `key` is the rows' key and the name in JSON, `label` the heading, in the reader's language."""

    key: str
    label: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Table:
    """A list to hand out.

    `title` names the sheet; `rows` are read once, and a key that a row lacks is an empty cell. `language` says how yes and no are
    written. Values are what the kind says (`str`, `int`, `Decimal`, `date`, `datetime`, `bool`, a list of `str`) or None; what is
    not is written as text.
    """

    title: str
    columns: Sequence[Column]
    rows: Rows
    language: Language = "nb"


async def pieces(rows: Rows, size: int = 500) -> AsyncIterator[list[Record]]:
    """Yield the rows, `size` at a time."""
    piece: list[Record] = []
    async for row in _each(rows):
        piece.append(row)
        if len(piece) == size:
            yield piece
            piece = []
    if piece:
        yield piece


async def _each(rows: Rows) -> AsyncIterator[Record]:
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            yield row
    else:
        for row in rows:
            yield row
