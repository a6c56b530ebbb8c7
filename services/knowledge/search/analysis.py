"""From text to terms: what of a document is weighed against a query. One way for both, so that they meet. Pure.

A word becomes its stems, the stems of what it is a compound of, and the concepts of the thesaurus it names, alone or as part of a
phrase. A document also has what its concepts are kinds of.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from services.knowledge.search.language import bearing, normalised
from services.knowledge.search.norwegian import Word, analysed
from services.knowledge.search.thesaurus import MARK, Thesaurus, english

CACHED = 50_000
PART, CONCEPT, BROADER = 0.5, 0.8, 0.35
"""What a hit is worth on a part of a compound, a concept, and a kind of it, where a hit on the word itself is worth 1."""


@dataclass(frozen=True)
class Token:
    """A word of a text and its place in it."""

    text: str
    word: Word
    english: str


@dataclass(frozen=True)
class Wish:
    """What a word or a phrase of a query may be met by. `terms`: each with what it is worth, and the best counts. `parts`: wishes that
    together may meet it as well, for what `share` of their worth."""

    terms: dict[str, float]
    parts: tuple["Wish", ...] = ()
    share: float = 1.0

    @property
    def main(self) -> tuple[str, ...]:
        """What stands in every document that meets it whole: the concept where it names one, else its parts, else the word."""
        concept = next((term for term in self.terms if term.startswith(MARK)), None)
        if concept is not None and self.terms[concept] >= CONCEPT:
            return (concept,)
        if self.parts:
            return tuple(term for part in self.parts for term in part.main)
        return tuple(self.terms)[:1]


def tokens(text: str) -> list[Token]:
    """Return the words of `text` that carry meaning."""
    return [token_of(match.group().lower()) for match in bearing(normalised(text))]


@lru_cache(CACHED)
def token_of(word: str) -> Token:
    """Return a word in lower case as it is compared."""
    return Token(word, analysed(word), english(word))


class Analyser:
    """Analyses with one thesaurus."""

    def __init__(self, thesaurus: Thesaurus) -> None:
        self.thesaurus = thesaurus
        # By the word's text, which is all that a token depends on, and hashed once.
        self._concepts = lru_cache(CACHED)(self._concepts_of)
        self._inside = lru_cache(CACHED)(self._inside_of)
        self._meets = lru_cache(CACHED)(lambda text: frozenset(self._all_of(text)))

    def document(self, text: str) -> dict[str, float]:
        """Return the terms of a document's text, each with how often it stands there, or how much of it does."""
        found: dict[str, float] = defaultdict(float)
        said = tokens(text)
        for token in said:
            for form in token.word.forms:
                found[form] += 1
            for form in token.word.inner():
                found[form] += PART
            self._add(found, self._inside(token.text), PART)
        for _start, _end, terms in self._phrases(said, longest_only=False):
            self._add(found, terms, 1)
        return found

    def query(self, text: str) -> list[Wish]:
        """Return what a query asks for, word by word, or phrase by phrase where the thesaurus knows one."""
        said = tokens(text)
        wishes: list[Wish] = []
        at = 0
        for start, end, terms in self._phrases(said, longest_only=True):
            wishes += [self._wish(token) for token in said[at:start]]
            own = tuple(self._wish(token) for token in said[start:end])
            concepts = dict.fromkeys(terms, CONCEPT)
            if len(own) == 1:
                wishes.append(Wish({**concepts, **own[0].terms, **concepts}, own[0].parts, own[0].share))
            else:
                wishes.append(Wish({**{term: len(own) * CONCEPT for term in terms}, **_together(said[start:end])}, own))
            at = end
        return wishes + [self._wish(token) for token in said[at:]]

    def marks(self, text: str, terms: frozenset[str]) -> Iterator[re.Match[str]]:
        """Yield the words of `text` by which it meets `terms`."""
        said = list(bearing(text))
        read = [token_of(match.group().lower()) for match in said]
        hit = {at for at, token in enumerate(read) if not terms.isdisjoint(self._meets(token.text))}
        for start, end, named in self._phrases(read, longest_only=False):
            if end - start > 1 and not terms.isdisjoint(named):
                hit.update(range(start, end))
        return (said[at] for at in sorted(hit))

    def _concepts_of(self, text: str) -> tuple[str, ...]:
        """Return the concepts a word names by itself."""
        token = token_of(text)
        forms = (*token.word.forms, token.english)
        return tuple(dict.fromkeys(term for form in forms for term in self.thesaurus.named((form,))))

    def _inside_of(self, text: str) -> tuple[str, ...]:
        """Return the concepts that parts of a compound name."""
        inner = token_of(text).word.inner()
        return tuple(dict.fromkeys(term for form in inner for term in self.thesaurus.named((form,))))

    def _all_of(self, text: str) -> Iterator[str]:
        word = token_of(text).word
        yield from (*word.forms, *word.inner(), *self._concepts(text), *self._inside(text))

    def _wish(self, token: Token) -> Wish:
        word = token.word
        inner = dict.fromkeys(self._inside(token.text), CONCEPT * PART)
        parts = tuple(Wish(dict.fromkeys(part, 1.0)) for part in word.parts)
        return Wish({**inner, **dict.fromkeys(word.forms, 1.0)}, parts, PART)

    def _phrases(self, said: Sequence[Token], *, longest_only: bool) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        start = 0
        while start < len(said):
            step = 1
            first = said[start]
            longest = max(self.thesaurus.reach(first.word.whole), self.thesaurus.reach(first.english), 2)
            for length in range(min(longest, len(said) - start), 0, -1):
                terms = self._named(said[start : start + length])
                if terms:
                    yield start, start + length, terms
                    if longest_only:
                        step = length
                        break
            start += step

    def _named(self, phrase: Sequence[Token]) -> tuple[str, ...]:
        named = self.thesaurus.named
        if len(phrase) == 1:
            return self._concepts(phrase[0].text)
        wholes = tuple(token.word.whole for token in phrase)
        return named(wholes) or named(("".join(wholes),)) or named(tuple(token.english for token in phrase))

    def _add(self, found: dict[str, float], concepts: Iterable[str], worth: float) -> None:
        for term in concepts:
            found[term] += worth
            for above in self.thesaurus.broader(term):
                found[above] += worth * BROADER


def _together(phrase: Sequence[Token]) -> dict[str, float]:
    """Two words written apart may stand as one in a text."""
    head = "".join(token.word.whole for token in phrase[:-1])
    return {head + form: float(len(phrase)) for form in phrase[-1].word.forms}
