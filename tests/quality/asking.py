"""Asking the library and a bare Meilisearch the same queries about the same cases."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx

from services.knowledge.search.index import ensure
from shared.db.migrate import upgrade
from tests.knowledge.conftest import a_world
from tests.knowledge.support import World, load
from tests.quality.measures import DEPTH, Query, Result
from tests.support.servers import Meilisearch
from tests.support.wait import until_sync

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "deploy" / "demo" / "data" / "cases.jsonl"
BARE = "bare"


def queries(file: Path) -> list[Query]:
    """Return the queries of a file."""
    return [Query(**row) for row in json.loads(file.read_text("utf-8"))]


async def ask_library(server: Meilisearch, folder: Path, asked: Sequence[Query]) -> list[Result]:
    """Load the demo's cases through the importer, index them, and ask each query of the library's API."""
    url = f"sqlite+aiosqlite:///{folder / 'knowledge.db'}"
    async with a_world(url, folder, server.url, server.indexer_key, server.search_key) as world:
        await ensure(world.engine)
        await load(world.database, CASES.read_text("utf-8").splitlines())
        while await world.projection.drain():
            pass
        return [await _asked(world, query) for query in asked]


def migrate(folder: Path) -> None:
    """Make the library's database; outside of any loop, for migrations start their own."""
    upgrade("knowledge", f"sqlite+aiosqlite:///{folder / 'knowledge.db'}")


async def _asked(world: World, query: Query) -> Result:
    found = await world.search(q=query.q, per_page=DEPTH)
    return Result(query, [hit["external_id"] for hit in found["hits"]], found["total"])


def ask_bare(server: Meilisearch, asked: Sequence[Query]) -> list[Result]:
    """Load the same cases into an index as Meilisearch makes it, and ask it each query."""
    with httpx.Client(
        base_url=server.url, headers={"Authorization": f"Bearer {server.master_key}", "Accept-Encoding": "identity"}
    ) as client:
        task = client.post(f"/indexes/{BARE}/documents", json=list(_documents(CASES)), params={"primaryKey": "key"})
        number = task.json()["taskUid"]
        until_sync(lambda: client.get(f"/tasks/{number}").json()["status"] == "succeeded", 60)
        return list(_bare_results(client, asked))


def _bare_results(client: httpx.Client, asked: Iterable[Query]) -> Iterator[Result]:
    for query in asked:
        answer = client.post(f"/indexes/{BARE}/search", json={"q": query.q, "limit": DEPTH}).json()
        yield Result(query, [hit["external_id"] for hit in answer["hits"]], answer["estimatedTotalHits"])


def _documents(file: Path) -> Iterator[dict[str, Any]]:
    """An id of Meilisearch takes fewer letters than ours."""
    for line in file.read_text("utf-8").splitlines():
        case = json.loads(line)
        yield {"key": hashlib.sha256(case["external_id"].encode()).hexdigest()[:32], **case}
