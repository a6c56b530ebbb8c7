"""The question to Meilisearch and its answer.

A query is asked as it was written and as it was analysed, at once; the engine finds, filters and counts. The nearest hits are put in
order here, by what they weigh (weights.py).
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from services.knowledge.search.asked import Connection, SearchAway
from services.knowledge.search.filters import FACETS, ORDER, Wanted, expression
from services.knowledge.search.index import ANALYSED, INDEX, MOST_HITS, SHOWN, TERMS, WRITTEN
from services.knowledge.search.intents import Places
from services.knowledge.search.language import query_text
from services.knowledge.search.meaning import Meaning, literal, read, standard
from services.knowledge.search.statistics import Statistics, counted
from services.knowledge.search.suggesting import Completions, Suggestion, chosen, merged, phrased, said_in, titled
from services.knowledge.search.weights import Scale

__all__ = ["Found", "SearchAway", "Searcher"]

COUNTED_BY = "language"
"""A facet of which every case has exactly one value: its counts add up to the number of cases that match."""
ORDERED = 100
"""So many of the engine's first hits are put in order by what they weigh."""
FEW = 50
"""With fewer hits, cases that meet a part of the query are looked for as well."""
MOST_QUESTIONS = 24
SAMPLE = 1_000
KEPT_SECONDS = 60.0
SMALL_KEPT_SECONDS = 3.0


@dataclass(frozen=True)
class Found:
    """The answer: how many cases match, the counts of each facet, one page of documents, and how the query was read."""

    total: int
    facets: dict[str, dict[str, int]]
    documents: list[dict[str, Any]]
    took_ms: int
    degraded: bool = False
    meaning: Meaning | None = None

    @property
    def reachable(self) -> int:
        """How many of the hits can be paged to."""
        return min(self.total, MOST_HITS)


class Searcher:
    """Asks Meilisearch. Open it for as long as the service runs."""

    def __init__(self, url: str, key: str, index: str = INDEX) -> None:
        self._connection = Connection(url, key)
        self._index = index
        self._statistics: Statistics | None = None
        self._completions = Completions()
        self._held: Mapping[str, Mapping[str, int]] = {}
        self._counted_at = float("-inf")
        self._counting: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Let the connections go."""
        if self._counting is not None:
            self._counting.cancel()
        await self._connection.close()

    async def search(self, wanted: Wanted, places: Places) -> Found:
        """Return a page of hits with the counts of all facets; raises SearchAway.

        `places` are the names of regions. Where filters that stood in the words leave nothing, the words stand for themselves.
        """
        started = time.monotonic()
        meaning = await self.read(wanted, places)
        found = await self._search(meaning)
        if not found.total and meaning.intents:
            found = await self._search(literal(wanted, standard()))
        return replace(found, took_ms=round(1_000 * (time.monotonic() - started)))

    async def read(self, wanted: Wanted, places: Places) -> Meaning:
        """Return how a search is read; raises SearchAway."""
        return read(wanted, standard(), await self._known(), places) if wanted.q else Meaning(wanted)

    async def suggest(self, typed: str, names: Mapping[str, Mapping[str, str]], limit: int) -> list[Suggestion]:
        """Return what may be meant by what is typed so far; raises SearchAway.

        `names`: the facets whose choices may be meant, and what each of their values is called.
        """
        await self._known()
        question = {"q": query_text(typed), "attributesToSearchOn": ["title"], "matchingStrategy": "all"}
        shown = {"attributesToRetrieve": ["id", "title", "language"]}
        answer = await self._ask([{**question, **shown}], [], 0, limit)
        filters = [each for facet, called in names.items() for each in chosen(facet, called, self._held[facet], typed)]
        return merged([*filters, *phrased(self._completions, typed)], titled(answer["hits"]), limit)

    async def alike(self, text: str, most: int) -> list[UUID]:
        """Return the cases that come nearest to a text whose words all stand for themselves, the nearest first; raises SearchAway."""
        await self._known()
        found = await self._search(literal(Wanted(q=text, per_page=most), standard()))
        return [UUID(hit["id"]) for hit in found.documents]

    async def rarity(self) -> Mapping[str, float]:
        """Return what meeting each term is worth, by how many cases have it; raises SearchAway."""
        return await self._known()

    async def count(self, searches: Sequence[Wanted]) -> list[int]:
        """Return how many cases each search finds; raises SearchAway."""
        meanings = [literal(wanted, standard()) if wanted.q else Meaning(wanted) for wanted in searches]
        answers = await asyncio.gather(
            *(self._ask(_questions(meaning), _facets((COUNTED_BY,)), 0, 0) for meaning in meanings)
        )
        return [_total(answer) for answer in answers]

    async def canary(self, *, expects_hits: bool) -> str:
        """Return an empty text where a search answers as it should, else what is wrong."""
        try:
            answer = await self._ask([{"q": ""}], [], 0, 1)
        except SearchAway as away:
            return f"search does not answer: {away}"
        return "search finds nothing, and should" if expects_hits and not answer["hits"] else ""

    async def _search(self, meaning: Meaning) -> Found:
        wanted = meaning.wanted
        ordered = bool(meaning.words) and wanted.sort == "relevance"
        offset = (wanted.page - 1) * wanted.per_page
        first = 0 if ordered and offset < ORDERED else offset
        most = max(ORDERED, offset + wanted.per_page) if ordered and not first else wanted.per_page
        limit = max(0, min(most, MOST_HITS - first))
        questions = _questions(meaning)
        answer = await self._ask(questions, _facets(FACETS), first, limit)
        if meaning.words and _total(answer) < FEW:
            questions = _questions(meaning, parts_too=True)
            answer = await self._ask(questions, _facets(FACETS), first, limit)
        facets = {facet: _counts(answer, facet) for facet in FACETS}
        total = _total(answer)
        facets |= await self._disjunctive(wanted, questions)
        hits = self._in_order(answer["hits"], meaning) if ordered and not first else answer["hits"]
        return Found(
            total, facets, [_shown(hit) for hit in hits[offset - first :][: wanted.per_page]], 0, meaning=meaning
        )

    async def _disjunctive(self, wanted: Wanted, questions: Sequence[dict[str, Any]]) -> dict[str, dict[str, int]]:
        """Return the counts of the facets something is chosen in, as they would be without that choice."""
        narrowed = wanted.narrowed()
        answers = await asyncio.gather(
            *(
                self._ask(
                    [{**question, "filter": expression(wanted, facet)} for question in questions],
                    _facets((facet,)),
                    0,
                    0,
                )
                for facet in narrowed
            )
        )
        return {facet: _counts(answer, facet) for facet, answer in zip(narrowed, answers, strict=True)}

    def _in_order(self, hits: Sequence[dict[str, Any]], meaning: Meaning) -> list[dict[str, Any]]:
        """Return the hits, the nearest first; those that weigh the same stay as the engine had them."""
        assert self._statistics is not None
        scale = Scale(meaning.wishes, self._statistics)
        best = scale.order([hit[TERMS] or "" for hit in hits[:ORDERED]])
        return [*(hits[at] for at in best), *hits[ORDERED:]]

    async def _known(self) -> Statistics:
        """Return what the texts are made of: read the first time, and anew in the background when that is a while ago."""
        if self._statistics is None or not self._statistics.documents:
            await self._count_anew()
        else:
            kept = KEPT_SECONDS if self._statistics.documents >= SAMPLE else SMALL_KEPT_SECONDS
            waits = self._counting is None or self._counting.done()
            if waits and time.monotonic() - self._counted_at > kept:
                self._counting = asyncio.create_task(self._count_quietly())
        assert self._statistics is not None
        return self._statistics

    async def _count_quietly(self) -> None:
        try:
            await self._count_anew()
        except SearchAway:
            return

    async def _count_anew(self) -> None:
        fields = {"attributesToRetrieve": [TERMS, "title", "summary"]}
        answer = await self._ask([{"q": "", **fields}], _facets(FACETS), 0, SAMPLE)
        self._held = {facet: _counts(answer, facet) for facet in FACETS}
        self._statistics = await asyncio.to_thread(counted, answer["hits"], standard().thesaurus)
        self._completions = await asyncio.to_thread(said_in, self._statistics)
        self._counted_at = time.monotonic()

    async def _ask(
        self, questions: Sequence[Mapping[str, Any]], facets: Sequence[str], offset: int, limit: int
    ) -> dict[str, Any]:
        federation: dict[str, Any] = {"offset": offset, "limit": limit}
        if facets:
            federation |= {"facetsByIndex": {self._index: list(facets)}, "mergeFacets": {"maxValuesPerFacet": 200}}
        queries = [{"indexUid": self._index, **question} for question in questions]
        return await self._connection.post("/multi-search", {"federation": federation, "queries": queries})


def _questions(meaning: Meaning, *, parts_too: bool = False) -> list[dict[str, Any]]:
    """Return the questions whose hits together are the search's: as written, as analysed, and perhaps each part by itself."""
    wanted = meaning.wanted
    common: dict[str, Any] = {
        "filter": expression(wanted),
        "sort": ORDER[wanted.sort] or ([] if meaning.words else ORDER["newest"]),
        "attributesToRetrieve": [*SHOWN, TERMS] if meaning.words else list(SHOWN),
    }
    if not meaning.words:
        return [{"q": "", **common}]
    analysed = {"matchingStrategy": "frequency", "attributesToSearchOn": list(ANALYSED), **common}
    written = {"matchingStrategy": "frequency", "attributesToSearchOn": list(WRITTEN), **common}
    found = [{"q": query_text(meaning.words), **written}]
    if meaning.main.strip():
        found.append({"q": meaning.main, **analysed})
    if parts_too:
        whole = {**analysed, "matchingStrategy": "all"}
        found += [{"q": way, **whole, "federationOptions": {"weight": 0.1}} for way in meaning.alone]
    return found[:MOST_QUESTIONS]


def _shown(hit: Mapping[str, Any]) -> dict[str, Any]:
    return {name: hit.get(name) for name in SHOWN}


def _facets(names: Sequence[str] | Mapping[str, str]) -> list[str]:
    return [FACETS[name] for name in names]


def _counts(answer: Mapping[str, Any], facet: str) -> dict[str, int]:
    counted_: dict[str, int] = answer.get("facetDistribution", {}).get(FACETS[facet], {})
    return counted_


def _total(answer: Mapping[str, Any]) -> int:
    return sum(_counts(answer, COUNTED_BY).values())
