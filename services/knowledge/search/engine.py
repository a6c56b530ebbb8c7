"""Calls to Meilisearch that change something: the official client, in a few threads, one client each."""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from meilisearch import Client
from meilisearch.errors import MeilisearchApiError, MeilisearchCommunicationError, MeilisearchTimeoutError

T = TypeVar("T")

THREADS = 4
TIMEOUT_SECONDS = 5
LOOKS = ((2.0, 0.02), (float("inf"), 0.1))
"""Until so many seconds have passed, a task is looked at every so often."""
PATIENCE_SECONDS = 600.0


class EngineAway(Exception):
    """Meilisearch does not answer, or answers that it cannot just now; trying again later is right."""


class TaskFailed(Exception):
    """Meilisearch took a task on and then failed it."""

    def __init__(self, error: Mapping[str, Any]) -> None:
        self.code = str(error.get("code", ""))
        super().__init__(f"{self.code}: {error.get('message', '')}")


def _failure(error: Mapping[str, Any]) -> Exception:
    """A full disk or a fault of the engine says nothing about the documents."""
    return TaskFailed(error) if error.get("type") == "invalid_request" else EngineAway(str(error))


class Engine:
    """Meilisearch as the indexer sees it. Every method raises EngineAway; those that wait for a task also TaskFailed."""

    def __init__(self, url: str, key: str, search_key: str = "") -> None:
        self._url = url
        self._key = key
        self._search_key = search_key or key
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="meilisearch")
        self._own = threading.local()

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def exists(self, index: str) -> bool:
        """Whether there is such an index."""
        try:
            await self._call(lambda client: client.get_raw_index(index))
        except MeilisearchApiError as error:
            if error.code == "index_not_found":
                return False
            raise
        return True

    async def create(self, index: str) -> None:
        """Create an empty index; one that is there already stays as it is."""
        task = await self._call(lambda client: client.create_index(index, {"primaryKey": "id"}).task_uid)
        try:
            await self.finished(task)
        except TaskFailed as failed:
            if failed.code != "index_already_exists":
                raise

    async def configure(self, index: str, settings: Mapping[str, Any]) -> None:
        """Apply settings; the same settings again cost nothing."""
        await self.finished(
            await self._call(lambda client: client.index(index).update_settings(dict(settings)).task_uid)
        )

    async def add(self, index: str, documents: Sequence[Mapping[str, Any]]) -> int:
        """Hand documents in; returns the task."""
        return await self._call(lambda client: client.index(index).add_documents(documents, "id").task_uid)

    async def remove(self, index: str, ids: Sequence[str]) -> int:
        """Hand in the removal of documents; returns the task."""
        path = f"indexes/{index}/documents/delete-batch"
        answer: Any = await self._call(lambda client: client.http.post(path, list(ids)))
        return int(answer["taskUid"])

    async def swap(self, one: str, other: str) -> None:
        """Let two indexes change names, in one instant; raises TaskFailed where they did not.

        A key that is bound to some indexes is not shown the task of a swap. So a harmless task is sent after it, and when that
        is done, the index must have the other one's birthday.
        """
        wanted = await self._birthday(other)
        await self._call(lambda client: client.swap_indexes([{"indexes": [one, other]}]).task_uid)
        await self.configure(one, {})
        if await self._birthday(one) != wanted:
            raise TaskFailed({"code": "swap_failed", "message": f"{one} and {other} did not change names"})

    async def drop(self, index: str) -> None:
        """Delete an index."""
        await self.finished(await self._call(lambda client: client.delete_index(index).task_uid))

    async def names(self) -> list[str]:
        """Return the names of all indexes."""
        found: Any = await self._call(lambda client: client.get_raw_indexes({"limit": 1_000}))
        return [str(row["uid"]) for row in found["results"]]

    async def count(self, index: str) -> int:
        """Return how many documents an index holds."""
        return await self._call(lambda client: client.index(index).get_stats().number_of_documents)

    async def documents(self, index: str, fields: Sequence[str], offset: int, limit: int) -> list[dict[str, Any]]:
        """Return some fields of a page of documents, in the order of the engine."""
        path = f"indexes/{index}/documents/fetch"
        wanted = {"fields": list(fields), "offset": offset, "limit": limit}
        answer: Any = await self._call(lambda client: client.http.post(path, wanted))
        return list(answer["results"])

    async def found(self, index: str, words: str) -> list[str]:
        """Return the ids of the first hits of a search in an index that need not be in use."""

        def search(_client: Client) -> list[str]:
            own = Client(self._url, self._search_key or None, timeout=TIMEOUT_SECONDS)
            hits = own.index(index).search(words, {"attributesToRetrieve": ["id"], "limit": 50})["hits"]
            return [str(hit["id"]) for hit in hits]

        return await self._call(search)

    async def _birthday(self, index: str) -> str:
        found: Any = await self._call(lambda client: client.get_raw_index(index))
        return str(found["createdAt"])

    async def finished(self, task: int) -> None:
        """Wait until a task has succeeded; raises TaskFailed where it did not."""
        started = time.monotonic()
        while (waited := time.monotonic() - started) < PATIENCE_SECONDS:
            seen = await self._call(lambda client: client.get_task(task))
            if seen.status == "succeeded":
                return
            if seen.status in ("failed", "canceled"):
                raise _failure(seen.error or {"code": seen.status})
            await asyncio.sleep(next(pause for until, pause in LOOKS if waited < until))
        raise EngineAway(f"task {task} is not done after {PATIENCE_SECONDS:.0f} s")

    async def _call(self, ask: Callable[[Client], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, ask)
        except (MeilisearchCommunicationError, MeilisearchTimeoutError) as error:
            raise EngineAway(str(error)) from error
        except MeilisearchApiError as error:
            if error.status_code >= 500:
                raise EngineAway(str(error)) from error
            if error.status_code in (400, 413):
                raise TaskFailed({"code": error.code, "message": str(error)}) from error
            raise

    def _ask(self, ask: Callable[[Client], T]) -> T:
        if not hasattr(self._own, "client"):
            self._own.client = Client(self._url, self._key or None, timeout=TIMEOUT_SECONDS)
        return ask(self._own.client)
