"""The connection on which searches are asked: one kept-alive client, and a rest for an engine that does not answer."""

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any

import aiohttp

TIMEOUT_SECONDS = 1.5
REST_SECONDS = 2.0
"""After the engine did not answer, it is not asked for so long: nobody waits in line for it."""
MOST_AT_ONCE = 32


class SearchAway(Exception):
    """The engine does not answer, or cannot just now."""


class Connection:
    """A Meilisearch server, as a searcher asks it."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url
        self._key = key
        self._session: aiohttp.ClientSession | None = None
        self._resting_until = 0.0

    async def close(self) -> None:
        """Let the connections go."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to a question; raises SearchAway, at once where the engine was away a moment ago."""
        if time.monotonic() < self._resting_until:
            raise SearchAway("the engine did not answer a moment ago")
        try:
            async with self._opened().post(f"{self._url}{path}", data=json.dumps(body).encode()) as response:
                if response.status != 200:
                    raise SearchAway(f"status {response.status}: {(await response.text())[:200]}")
                answered: dict[str, Any] = json.loads(await response.read())
                return answered
        except (aiohttp.ClientError, TimeoutError, asyncio.IncompleteReadError, OSError, ValueError) as error:
            self._resting_until = time.monotonic() + REST_SECONDS
            raise SearchAway(f"{type(error).__name__}") from error

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            # Compressed replies on kept-alive connections cost 40 ms each.
            headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
            if self._key:
                headers["Authorization"] = f"Bearer {self._key}"
            timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
            self._session = aiohttp.ClientSession(
                headers=headers, timeout=timeout, connector=aiohttp.TCPConnector(limit=MOST_AT_ONCE)
            )
        return self._session
