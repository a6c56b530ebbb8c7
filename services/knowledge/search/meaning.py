"""How a query is read: filters in words taken out, misspelt words put right, the rest turned into what is looked for. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from services.knowledge.search.analysis import CONCEPT, Analyser, Wish
from services.knowledge.search.filters import Wanted
from services.knowledge.search.intents import Intent, Places, Understood, understood
from services.knowledge.search.language import MOST_WORDS, STOP_WORDS, WORD, query_text
from services.knowledge.search.statistics import Statistics
from services.knowledge.search.thesaurus import Thesaurus, seed


@dataclass(frozen=True)
class Correction:
    """A word that was taken for another."""

    typed: str
    taken: str


@dataclass(frozen=True)
class Meaning:
    """A query as it was read. `wanted` has its filters; `words` is what is looked for as typed, `wishes` what that means."""

    wanted: Wanted
    words: str = ""
    wishes: tuple[Wish, ...] = ()
    intents: tuple[Intent, ...] = ()
    corrections: tuple[Correction, ...] = ()

    @cached_property
    def terms(self) -> frozenset[str]:
        """The terms that meet a word of it whole: by those, hits are marked."""
        return frozenset(_whole(self.wishes))

    @property
    def main(self) -> str:
        """The terms that every document has which meets all of it, as the engine is asked for them."""
        found = dict.fromkeys(term for wish in self.wishes for term in wish.main)
        return " ".join(list(found)[:MOST_WORDS]) + " "

    @property
    def alone(self) -> list[str]:
        """Each way by itself in which a word of it may be met."""
        compounds = (" ".join(wish.main) for wish in self.wishes if len(wish.main) > 1)
        return [f"{way} " for way in dict.fromkeys((*sorted(self.terms), *compounds))]


@lru_cache(1)
def standard() -> Analyser:
    """Return the analyser with the thesaurus the library comes with."""
    return Analyser(Thesaurus(seed()))


def read(wanted: Wanted, analyser: Analyser, statistics: Statistics, places: Places) -> Meaning:
    """Return how a search is read; filters that were chosen stand before those its words name."""
    found = Understood(wanted.q) if not wanted.q else understood(wanted.q, places)
    text, corrections = _corrected(found.rest, statistics)
    narrowed = replace(wanted, **_narrowed(wanted, found.intents))
    return Meaning(narrowed, text, tuple(analyser.query(text)), found.intents, corrections)


def literal(wanted: Wanted, analyser: Analyser) -> Meaning:
    """Return a search whose words all stand for themselves."""
    return Meaning(wanted, query_text(wanted.q), tuple(analyser.query(wanted.q)))


def _narrowed(wanted: Wanted, intents: Iterable[Intent]) -> dict[str, Any]:
    said: dict[str, dict[Any, None]] = {}
    for intent in intents:
        if not wanted.chosen(intent.facet):
            said.setdefault(intent.facet, {}).update(dict.fromkeys(intent.values))
    return {facet: tuple(values) for facet, values in said.items()}


def _corrected(text: str, statistics: Statistics) -> tuple[str, tuple[Correction, ...]]:
    """Return `text` with its misspelt words put right, and those words; what stands in quotes is as it should be."""
    found: list[Correction] = []

    def put_right(match: re.Match[str]) -> str:
        word = match.group()
        taken = word if word.lower() in STOP_WORDS else statistics.corrected(word)
        if taken != word:
            found.append(Correction(word, taken))
        return taken

    pieces = [piece if quoted % 2 else WORD.sub(put_right, piece) for quoted, piece in enumerate(text.split('"'))]
    return '"'.join(pieces), tuple(found)


def _whole(wishes: Iterable[Wish]) -> Iterable[str]:
    for wish in wishes:
        yield from (term for term, worth in wish.terms.items() if worth >= CONCEPT)
        if wish.share == 1:
            yield from _whole(wish.parts)
