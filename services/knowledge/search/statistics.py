"""What the library's texts are made of, from a sample of the index: how common each term is, and which words there are. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from services.knowledge.search.analysis import Token, token_of
from services.knowledge.search.language import fold, words
from services.knowledge.search.norwegian import is_word
from services.knowledge.search.thesaurus import Thesaurus
from services.knowledge.search.weights import rarity, terms_of

SHORTEST_CORRECTED = 4
TWO_WRONG_FROM = 8
SHORTEST_TAIL = 5
CANDIDATES = 8


@dataclass(frozen=True)
class Statistics(Mapping[str, float]):
    """The rarity of each term, and the words that are used, with how often."""

    documents: int
    holding: Mapping[str, int]
    used: Mapping[str, int]
    thesaurus: Thesaurus
    _words: list[str] = field(init=False)
    _folded: list[str] = field(init=False)

    def __post_init__(self) -> None:
        found = sorted({*self.used, *self.thesaurus.vocabulary})
        object.__setattr__(self, "_words", found)
        object.__setattr__(self, "_folded", [fold(word) for word in found])

    def __getitem__(self, term: str) -> float:
        return rarity(self.documents, min(self.holding.get(term, 0), self.documents))

    def __iter__(self) -> Iterator[str]:
        return iter(self.holding)

    def __len__(self) -> int:
        return len(self.holding)

    def knows(self, token: Token) -> bool:
        """Whether a word is used, or means something the thesaurus knows, or is made of such words."""
        word = token.word
        if token.text in self.used or token.text in self.thesaurus.vocabulary:
            return True
        if any(form in self.holding for form in word.forms):
            return True
        if word.parts and all(any(form in self.holding for form in part) for part in word.parts):
            return True
        return any(self.thesaurus.named((form,)) for form in (*word.forms, token.english))

    def corrected(self, word: str) -> str:
        """Return the word that was probably meant, in lower case; the word itself where it is known or nothing is near."""
        token = token_of(word.lower())
        if len(word) < SHORTEST_CORRECTED or not word.isalpha() or self.knows(token):
            return word
        return self._near(token.text) or self._near_compound(token.text) or word

    def _near(self, word: str) -> str:
        typed = fold(word)
        most = 2 if len(typed) >= TWO_WRONG_FROM else 1
        found = process.extract(typed, self._folded, scorer=OSA.distance, score_cutoff=most, limit=CANDIDATES)
        close = [
            (distance, -self.used.get(self._words[at], 0), at) for near, distance, at in found if near[0] == typed[0]
        ]
        nearest = self._words[min(close)[2]] if close else ""
        # Somebody who is still typing has not misspelt the word: it is not done.
        return nearest if not nearest or fold(nearest).startswith(typed) else self._begun(typed) or nearest

    def _begun(self, typed: str) -> str:
        """Return the word that is used most of those that begin like that."""
        found = (word for word, folded in zip(self._words, self._folded, strict=True) if folded.startswith(typed))
        return max(found, key=lambda word: self.used.get(word, 0), default="")

    def _near_compound(self, word: str) -> str:
        """A compound whose last part is misspelt: the part alone is put right."""
        for cut in range(SHORTEST_CORRECTED, len(word) - SHORTEST_TAIL + 1):
            if is_word(word[:cut]) and (tail := self._near(word[cut:])):
                return word[:cut] + tail
        return ""


def counted(documents: Iterable[Mapping[str, Any]], thesaurus: Thesaurus) -> Statistics:
    """Return the statistics of documents that have `terms`, `title` and `summary`."""
    holding: Counter[str] = Counter()
    used: dict[str, int] = defaultdict(int)
    number = 0
    for document in documents:
        number += 1
        holding.update(terms_of(document["terms"] or ""))
        for match in words(f"{document['title']} {document['summary']}"):
            used[match.group().lower()] += 1
    return Statistics(number, dict(holding), dict(used), thesaurus)
