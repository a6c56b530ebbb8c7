"""What a term weighs in a document, and what a document scores for a query: BM25 over fields, of which only the best way counts by
which each word of the query is met. Pure.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from services.knowledge.search.analysis import Wish

FIELDS: dict[str, tuple[float, int]] = {
    "title": (2.5, 4), "kind": (3.0, 2), "summary": (1.6, 20), "body": (1.0, 40), "owner": (0.3, 5)
}  # fmt: skip
"""Each field of a document: how much a word in it counts, and how many words it commonly has."""
SATURATION = 1.6
BY_LENGTH = 0.6
RARITY = 0.75
"""The power of a term's rarity: plain BM25 has 1, and lets a rare word outweigh two that matter."""
MOST_TERMS = 160
SHARPEST = 99
EXAMPLES, COMMON_TERMS, LIKENESS, LOOKED_OVER = 5, 30, 0.5, 60
"""How many of the first hits are taken as examples, how many of their terms count, how much likeness to them may add, and to how
many of the hits."""


def weighed(fields: Mapping[str, tuple[Mapping[str, float], int]]) -> dict[str, int]:
    """Return the heaviest terms of a document, each from 1 to 99. `fields`: the terms of each field, and how many words it has."""
    sums: dict[str, float] = defaultdict(float)
    for name, (terms, length) in fields.items():
        boost, usual = FIELDS[name]
        worth = boost / (1 - BY_LENGTH + BY_LENGTH * length / usual)
        for term, count in terms.items():
            sums[term] += worth * count
    found = {term: max(1, round(SHARPEST * each / (SATURATION + each))) for term, each in sums.items()}
    return dict(sorted(found.items(), key=lambda item: -item[1])[:MOST_TERMS])


def packed(weights: Mapping[str, int]) -> str:
    """Return weights as one text, in which a term's is found without reading the rest."""
    return " " + " ".join(f"{term}={weight}" for term, weight in weights.items()) + " "


def terms_of(text: str) -> Iterable[str]:
    """Yield the terms of a packed text."""
    return (each.rpartition("=")[0] for each in text.split())


class Scale:
    """Scores the documents that were found for one query."""

    def __init__(self, wishes: Iterable[Wish], rarity: Mapping[str, float]) -> None:
        self._wishes = tuple(wishes)
        # Each term is weighed in a hundred documents, and its rarity is the same in all of them.
        self._rarity = cache(rarity.__getitem__)

    def score(self, text: str) -> float:
        """Return what a document with these packed terms scores."""
        return sum(self._met(wish, text) for wish in self._wishes)

    def order(self, texts: Sequence[str]) -> list[int]:
        """Return the places of documents, the nearest first. Likeness to the first few counts too: what those have in common is
        what is asked for (pseudo-relevance feedback, after Rocchio)."""
        scores = [self.score(text) for text in texts]
        order = sorted(range(len(texts)), key=lambda at: -scores[at])
        common = self._common([(texts[at], scores[at]) for at in order[:EXAMPLES]]) if len(texts) > EXAMPLES else {}
        if not common or not scores[order[0]]:
            return order
        worth = LIKENESS * scores[order[0]] / sum(each * each for each in common.values())
        for at in order[:LOOKED_OVER]:
            scores[at] += worth * sum(each * self._weight(term, texts[at]) for term, each in common.items())
        return sorted(range(len(texts)), key=lambda at: -scores[at])

    def _common(self, examples: Sequence[tuple[str, float]]) -> dict[str, float]:
        """Return the terms that weigh most in the examples together."""
        whole = sum(score for _text, score in examples) or 1.0
        sums: dict[str, float] = defaultdict(float)
        for text, score in examples:
            for term, weight in unpacked(text).items():
                sums[term] += score / whole * weight / SHARPEST * self._rarity(term)
        return dict(sorted(sums.items(), key=lambda item: -item[1])[:COMMON_TERMS])

    def _met(self, wish: Wish, text: str) -> float:
        best = max((worth * self._weight(term, text) for term, worth in wish.terms.items()), default=0.0)
        if wish.parts:
            best = max(best, wish.share * sum(self._met(part, text) for part in wish.parts))
        return best

    def _weight(self, term: str, text: str) -> float:
        at = text.find(f" {term}=")
        if at < 0:
            return 0.0
        begins = at + len(term) + 2
        return int(text[begins : text.index(" ", begins)]) / SHARPEST * self._rarity(term)


def unpacked(text: str) -> dict[str, int]:
    """Return the weights in a packed text."""
    return {term: int(weight) for term, _, weight in (each.rpartition("=") for each in text.split())}


def rarity(documents: int, holding: int) -> float:
    """Return what meeting a term is worth that `holding` of `documents` have."""
    return float(math.log(1 + (documents - holding + 0.5) / (holding + 0.5)) ** RARITY)
