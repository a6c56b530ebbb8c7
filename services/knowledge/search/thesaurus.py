"""The thesaurus: what means the same in bokmål, nynorsk and English, and what is a kind of what. Pure; the seed stands in `data/`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from services.knowledge.search.language import bearing, fold, normalised, words
from services.knowledge.search.norwegian import DATA, analysed

LONGEST_PHRASE = 6
MARK = "xx"
"""What the terms of concepts begin with, so that none is taken for a word."""


@dataclass(frozen=True)
class Concept:
    """A concept: its name (`head`), other words for it, English words, and the names of what it is a kind of."""

    head: str
    equal: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()

    @property
    def term(self) -> str:
        """The term that stands for the concept in the index."""
        return MARK + "".join(fold(match.group()) for match in words(self.head))


def parse(lines: Iterable[str]) -> Iterator[Concept]:
    """Yield the concepts of a file in the seed's form: `head; other words | English words > broader`."""
    for line in lines:
        if line.strip() and not line.startswith("#"):
            said, _, broader = line.partition(" > ")
            norwegian, _, english = said.partition(" | ")
            head, *equal = _list(norwegian)
            yield Concept(head, tuple(equal), tuple(_list(english)), tuple(_list(broader)))


def seed() -> list[Concept]:
    """Return the concepts the library comes with."""
    return list(parse((DATA / "thesaurus.txt").read_text("utf-8").splitlines()))


def _list(text: str) -> list[str]:
    return [item for each in text.split(";") if (item := normalised(each))]


Key = tuple[str, ...]


@dataclass
class Thesaurus:
    """Concepts, ready to be looked up by the forms of words."""

    concepts: Sequence[Concept]
    _terms: dict[Key, tuple[str, ...]] = field(init=False, default_factory=dict)
    _broader: dict[str, tuple[str, ...]] = field(init=False, default_factory=dict)
    _reach: dict[str, int] = field(init=False, default_factory=dict)
    vocabulary: frozenset[str] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        found: dict[Key, dict[str, None]] = defaultdict(dict)
        for concept in self.concepts:
            for phrase in (concept.head, *concept.equal):
                for key in keys([analysed(match.group()).forms for match in bearing(phrase)]):
                    found[key][concept.term] = None
            for phrase in concept.english:
                for key in keys([(english(match.group()),) for match in bearing(phrase)]):
                    found[key][concept.term] = None
        self._terms = {key: tuple(terms) for key, terms in found.items() if len(key) <= LONGEST_PHRASE}
        for key in self._terms:
            self._reach[key[0]] = max(self._reach.get(key[0], 1), len(key))
        said = (phrase for concept in self.concepts for phrase in (concept.head, *concept.equal, *concept.english))
        self.vocabulary = frozenset(match.group().lower() for phrase in said for match in words(phrase))
        self._broader = _closed(
            {concept.term: [Concept(name).term for name in concept.broader] for concept in self.concepts}
        )

    def named(self, key: Key) -> tuple[str, ...]:
        """Return the terms of the concepts that a phrase, given by a form of each word, names."""
        return self._terms.get(key, ())

    def reach(self, form: str) -> int:
        """Return how many words the longest phrase has that begins with this form of a word."""
        return self._reach.get(form, 1)

    def broader(self, term: str) -> tuple[str, ...]:
        """Return the terms of what a concept is a kind of, near and far."""
        return self._broader.get(term, ())


def keys(forms: Sequence[Sequence[str]]) -> Iterator[Key]:
    """Yield the keys of a phrase: its likeliest forms, and for one word each form."""
    if len(forms) == 1:
        yield from ((form,) for form in forms[0])
    elif forms:
        yield tuple(each[0] for each in forms)


def english(word: str) -> str:
    """Return an English word as it is compared: folded, and in the singular."""
    lowered = fold(word)
    if lowered.endswith("ies") and len(lowered) > 4:
        return lowered[:-3] + "y"
    if lowered.endswith(("ses", "xes", "ches", "shes")) and len(lowered) > 5:
        return lowered[:-2]
    if lowered.endswith("s") and not lowered.endswith(("ss", "us", "is")) and len(lowered) > 3:
        return lowered[:-1]
    return lowered


def _closed(above: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    def all_above(term: str, seen: dict[str, None]) -> dict[str, None]:
        for each in above.get(term, ()):
            if each not in seen:
                seen[each] = None
                all_above(each, seen)
        return seen

    return {term: tuple(each for each in all_above(term, {}) if each != term) for term in above}
