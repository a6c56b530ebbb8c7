"""What somebody may be about to type: words and phrases the library has cases for, kinds of measures, regions, and titles."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.knowledge.search.analysis import token_of
from services.knowledge.search.filters import Wanted
from services.knowledge.search.language import fold, folded, normalised, words
from services.knowledge.search.statistics import Statistics

SHORTEST = 2
SHORTEST_WORD, OFTEN = 5, 3
LONGEST = 60
MOST = 8
TITLES = 4
"""How many of the suggestions are titles at least, where so many begin like that."""


@dataclass(frozen=True)
class Suggestion:
    """Something to search for: words, a facet's choice or a case. `wanted` is the search it stands for; a case has its id and
    language as well."""

    kind: str
    text: str
    wanted: Wanted
    id: str = ""
    language: str = ""


@dataclass(frozen=True)
class Text:
    """Something that can be typed to the end: what it means (`group`), and how many cases that leads to. Of several texts that mean
    the same the first is suggested."""

    text: str
    group: str
    weight: int = 1


class Completions:
    """Texts looked up by how one of their words begins, the weightiest first. Pure."""

    def __init__(self, texts: Iterable[Text] = ()) -> None:
        self._texts = list(texts)
        self._starts = sorted((start, at) for at, each in enumerate(self._texts) for start in _starts(each.text))

    def of(self, typed: str, limit: int = MOST) -> list[str]:
        """Return texts that have `typed` in them from the beginning of a word on; those that begin with it count double."""
        wanted = folded(typed)
        if len(wanted) < SHORTEST:
            return []
        best: dict[str, tuple[int, int]] = {}
        for start, at in self._starts[bisect_left(self._starts, (wanted, -1)) :]:
            if not start.startswith(wanted):
                break
            each = self._texts[at]
            worth = each.weight * (2 if folded(each.text) == start else 1)
            best[each.group] = max(best.get(each.group, (0, 0)), (worth, -at))
        order = sorted(best.values(), reverse=True)
        return [self._texts[-at].text for _worth, at in order[:limit]]


def _starts(text: str) -> Iterator[str]:
    """Yield `text` from each of its words on, folded."""
    said = [fold(match.group()) for match in words(normalised(text))]
    return (" ".join(said[at:]) for at in range(len(said)))


def said_in(statistics: Statistics) -> Completions:
    """Return the phrases of the thesaurus that lead to cases, and words that several cases use."""
    thesaurus, found = statistics.thesaurus, []
    for concept in thesaurus.concepts:
        weight = statistics.holding.get(concept.term, 0)
        phrases = (concept.head, *concept.equal, *concept.english) if weight else ()
        found += [Text(phrase, concept.term, weight) for phrase in phrases if len(phrase) <= LONGEST]
    for word, times in statistics.used.items():
        if times >= OFTEN and len(word) >= SHORTEST_WORD:
            whole = token_of(word).word.whole
            found.append(Text(word, next(iter(thesaurus.named((whole,))), whole), times))
    return Completions(found)


def chosen(facet: str, names: Mapping[str, str], held: Mapping[str, int], typed: str) -> list[Suggestion]:
    """Return the choices of a facet whose names begin like that. `names`: what each value is called; `held`: how many have it."""
    by_name = {name: value for value, name in names.items()}
    found = Completions(Text(name, value, held[value]) for name, value in by_name.items() if value in held).of(typed)
    return [Suggestion(facet, name, Wanted().narrowed_to(facet, by_name[name])) for name in found]


def phrased(completions: Completions, typed: str) -> list[Suggestion]:
    """Return the words and phrases that begin like that."""
    return [Suggestion("words", text, Wanted(q=text)) for text in completions.of(typed)]


def titled(hits: Iterable[Mapping[str, Any]]) -> list[Suggestion]:
    """Return found documents as suggestions."""
    return [Suggestion("case", hit["title"], Wanted(q=hit["title"]), hit["id"], hit["language"]) for hit in hits]


def merged(searches: Sequence[Suggestion], cases: Sequence[Suggestion], limit: int = MOST) -> list[Suggestion]:
    """Return searches and then cases, each text once, so that neither crowds the other out."""
    room = limit - min(len(cases), TITLES)
    seen: dict[str, Suggestion] = {}
    for each in searches:
        if len(seen) < room:
            seen.setdefault(folded(each.text), each)
    for each in cases:
        if len(seen) < limit:
            seen.setdefault(folded(each.text), each)
    return list(seen.values())
