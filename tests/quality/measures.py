"""What a list of hits is worth for a graded query. Grades: 2 what was asked for, 1 related, 0 all else."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

DEPTH = 10


@dataclass(frozen=True)
class Query:
    """A query, its language and kind, and the grades of the cases that are relevant, by external id."""

    q: str
    lang: str
    kind: str
    relevant: Mapping[str, int]


@dataclass(frozen=True)
class Result:
    """What was found for a query: the external ids of the first ten, and how many there are in all."""

    query: Query
    found: Sequence[str]
    total: int


@dataclass(frozen=True)
class Figures:
    """The figures of some results: nDCG and recall among the first ten, and the share without any hit."""

    queries: int
    ndcg: float
    recall: float
    nothing: float


def ndcg(found: Sequence[str], relevant: Mapping[str, int]) -> float:
    """Return the discounted gain of the first ten, of the best there could be (gain 2^grade - 1, Järvelin and Kekäläinen 2002)."""
    best = _gain(sorted(relevant.values(), reverse=True))
    return _gain([relevant.get(each, 0) for each in found]) / best if best else 0.0


def recall(found: Sequence[str], relevant: Mapping[str, int]) -> float:
    """Return which share of the relevant cases is among the first ten, of those that could be."""
    hits = len(relevant.keys() & set(found[:DEPTH]))
    return hits / min(DEPTH, len(relevant)) if relevant else 0.0


def figures(results: Iterable[Result]) -> Figures:
    """Return the figures of `results`."""
    rows = list(results)
    return Figures(
        len(rows),
        fmean(ndcg(row.found, row.query.relevant) for row in rows),
        fmean(recall(row.found, row.query.relevant) for row in rows),
        fmean(not row.total for row in rows),
    )


def by(results: Iterable[Result], what: str) -> dict[str, list[Result]]:
    """Return results by their query's `kind` or `lang`."""
    found: dict[str, list[Result]] = defaultdict(list)
    for row in results:
        found[getattr(row.query, what)].append(row)
    return dict(sorted(found.items()))


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades[:DEPTH]))
