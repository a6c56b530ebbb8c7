"""What of a typed query is a filter in words: a region, a year, a scope, how a measure went. Recognised, told of, and removable:
a word in quotes stands for itself. Pure.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.knowledge.search.language import fold, normalised, words

LONGEST_NAME = 4
YEAR = re.compile(r"(?:19|20)\d\d")
QUOTED = re.compile(r'"[^"]*"')
FIRST_YEAR, LAST_YEAR = 1990, 2050
LEADING = frozenset(["i", "fra", "frå", "in", "from", "på", "under", "år", "året", "og", "eller", "and", "or"])
SCOPE = frozenset({"scope", "skop"})
STATUS: dict[str, str] = {
    word: status
    for status, said in {
        "stopped": "avlyst avlyste stoppet stoppa stanset stansa skrinlagt avbrutt kansellert cancelled canceled stopped abandoned",
        "ongoing": "pågående pågåande pågår ongoing",
        "completed": "gjennomført gjennomførte fullført fullførte fullførde completed",
        "planned": "planlagt planlagte planned",
    }.items()
    for word in said.split()
}
Places = Mapping[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Intent:
    """A filter that stood in a query: its facet and values, and the words that say it."""

    facet: str
    values: tuple[Any, ...]
    text: str


@dataclass(frozen=True)
class Understood:
    """A query taken apart: `rest` is what to look for, `intents` what to narrow by."""

    rest: str
    intents: tuple[Intent, ...] = ()


def place_key(name: str) -> tuple[str, ...]:
    """Return a name as it is looked up among the words of a query."""
    return tuple(fold(match.group()) for match in words(normalised(name)))


def understood(typed: str, places: Places) -> Understood:
    """Return `typed` without the filters it names. `places`: the names of regions, as :func:`place_key` gives them, with slugs."""
    text = normalised(typed)
    quoted = [match.span() for match in QUOTED.finditer(text)]
    said = [match for match in words(text) if not any(start < match.start() < end for start, end in quoted)]
    found: list[tuple[int, int, Intent]] = []
    at = 0
    while at < len(said):
        length, facet, values = _filter([match.group() for match in said[at : at + LONGEST_NAME]], places)
        if length:
            first = at
            while first and said[first - 1].group().lower() in LEADING:
                first -= 1
            start, end = said[first].start(), said[at + length - 1].end()
            found.append((start, end, Intent(facet, values, text[said[at].start() : end])))
        at += length or 1
    return Understood(_without(text, [(start, end) for start, end, _ in found]), tuple(each for _s, _e, each in found))


def literally(typed: str, text: str) -> str:
    """Return a query in which these words of it stand for themselves."""
    return normalised(typed).replace(text, f'"{text}"', 1)


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    kept, at = [], 0
    for start, end in spans:
        kept.append(text[at : max(at, start)])
        at = end
    return " ".join(" ".join((*kept, text[at:])).split())


def _filter(said: list[str], places: Places) -> tuple[int, str, tuple[Any, ...]]:
    folded = [fold(word) for word in said]
    for length in range(len(said), 0, -1):
        slugs = places.get(tuple(folded[:length]))
        if slugs:
            return length, "region", slugs
    word = said[0].lower()
    if YEAR.fullmatch(word) and FIRST_YEAR <= int(word) <= LAST_YEAR:
        return 1, "year", (int(word),)
    if word in STATUS:
        return 1, "status", (STATUS[word],)
    if word in SCOPE and len(said) > 1 and said[1] in ("1", "2", "3"):
        return 2, "scope", (int(said[1]),)
    if word[:-1] in SCOPE and word[-1] in "123":
        return 1, "scope", (int(word[-1]),)
    return 0, "", ()
