"""The question to Meilisearch and its answer: one kept-alive client, one request a search."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from services.knowledge.search.filters import FACETS, ORDER, Wanted, expression
from services.knowledge.search.index import INDEX, MOST_HITS
from services.knowledge.search.language import query_text

TIMEOUT_SECONDS = 1.5
REST_SECONDS = 2.0
"""After the engine did not answer, it is not asked for so long: nobody waits in line for it."""
COUNTED_BY = "language"
"""A facet of which every case has exactly one value: its counts add up to the number of cases that match."""


class SearchAway(Exception):
    """The engine does not answer, or cannot just now."""


@dataclass(frozen=True)
class Found:
    """The answer: how many cases match, the counts of each facet, and one page of documents."""

    total: int
    facets: dict[str, dict[str, int]]
    documents: list[dict[str, Any]]
    took_ms: int
    degraded: bool = False

    @property
    def reachable(self) -> int:
        """How many of the hits can be paged to."""
        return min(self.total, MOST_HITS)


@dataclass
class Searcher:
    """Asks Meilisearch. Open it for as long as the service runs."""

    url: str
    key: str
    index: str = INDEX
    _session: aiohttp.ClientSession | None = field(default=None, init=False)
    _resting_until: float = field(default=0.0, init=False)

    async def close(self) -> None:
        """Let the connections go."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def search(self, wanted: Wanted) -> Found:
        """Return a page of hits with the counts of all facets; raises SearchAway."""
        narrowed = wanted.narrowed()
        questions = [self._question(wanted)] + [self._counting(wanted, facet) for facet in narrowed]
        started = time.monotonic()
        answers = await self.ask(questions)
        facets = {facet: _counts(answers[0], facet) for facet in FACETS}
        total = sum(facets[COUNTED_BY].values())
        for facet, answer in zip(narrowed, answers[1:], strict=True):
            facets[facet] = _counts(answer, facet)
        took = round(1_000 * (time.monotonic() - started))
        return Found(total, facets, answers[0]["hits"], took)

    async def count(self, searches: Sequence[Wanted]) -> list[int]:
        """Return how many cases each search finds; raises SearchAway."""
        if not searches:
            return []
        answers = await self.ask([self._counting(wanted, "", COUNTED_BY) for wanted in searches])
        return [sum(_counts(answer, COUNTED_BY).values()) for answer in answers]

    async def canary(self, *, expects_hits: bool) -> str:
        """Return an empty text where a search answers as it should, else what is wrong."""
        try:
            answer = (await self.ask([{"q": "", "limit": 1}]))[0]
        except SearchAway as away:
            return f"search does not answer: {away}"
        return "search finds nothing, and should" if expects_hits and not answer["hits"] else ""

    async def ask(self, questions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Send some searches at once; raises SearchAway, at once where the engine was away a moment ago."""
        if time.monotonic() < self._resting_until:
            raise SearchAway("the engine did not answer a moment ago")
        body = json.dumps({"queries": [{"indexUid": self.index, **question} for question in questions]}).encode()
        try:
            async with self._opened().post(f"{self.url}/multi-search", data=body) as response:
                if response.status != 200:
                    raise SearchAway(f"status {response.status}: {(await response.text())[:200]}")
                answered: list[dict[str, Any]] = json.loads(await response.read())["results"]
                return answered
        except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError, OSError, ValueError) as error:
            self._resting_until = time.monotonic() + REST_SECONDS
            raise SearchAway(f"{type(error).__name__}") from error

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            # Compressed replies on kept-alive connections cost 40 ms each.
            headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
            if self.key:
                headers["Authorization"] = f"Bearer {self.key}"
            timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
            self._session = aiohttp.ClientSession(
                headers=headers, timeout=timeout, connector=aiohttp.TCPConnector(limit=32)
            )
        return self._session

    def _question(self, wanted: Wanted) -> dict[str, Any]:
        return {
            **_words(wanted),
            "filter": expression(wanted),
            "facets": list(FACETS.values()),
            "sort": ORDER[wanted.sort] or ([] if wanted.q else ORDER["newest"]),
            "offset": (wanted.page - 1) * wanted.per_page,
            "limit": wanted.per_page,
        }

    def _counting(self, wanted: Wanted, leaving_out: str, facet: str = "") -> dict[str, Any]:
        facets = [FACETS[facet or leaving_out]]
        return {**_words(wanted), "filter": expression(wanted, leaving_out), "facets": facets, "limit": 0}


def _words(wanted: Wanted) -> dict[str, Any]:
    return {"q": query_text(wanted.q), "matchingStrategy": "frequency"}


def _counts(answer: Mapping[str, Any], facet: str) -> dict[str, int]:
    counted: dict[str, int] = answer.get("facetDistribution", {}).get(FACETS[facet], {})
    return counted
