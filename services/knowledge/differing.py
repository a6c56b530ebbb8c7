"""What differs between two texts, word by word: what stands, what went, what came."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "gone", "new"]
WORD = re.compile(r"\s*\S+|\s+$")


@dataclass(frozen=True)
class Piece:
    """A stretch of text, and whether it stands in both texts, in the older alone (`gone`) or in the newer alone (`new`)."""

    kind: Kind
    text: str


def words(text: str) -> list[str]:
    """Return a text's words, each with the space before it: joined, they are the text."""
    return WORD.findall(text)


def in_words(before: str, after: str) -> list[Piece]:
    """Return how to come from one text to the other: what stands and went makes `before`, what stands and came makes `after`."""
    return [Piece(kind, "".join(run)) for kind, run in _runs(words(before), words(after))]


def in_entries(before: Sequence[str], after: Sequence[str]) -> list[Piece]:
    """Return how to come from one list to the other, each entry a piece."""
    return [Piece(kind, entry) for kind, run in _runs(before, after) for entry in run]


def _runs(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Kind, Sequence[str]]]:
    for tag, old, old_end, new, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", before[old:old_end]
            continue
        if old_end > old:
            yield "gone", before[old:old_end]
        if new_end > new:
            yield "new", after[new:new_end]
