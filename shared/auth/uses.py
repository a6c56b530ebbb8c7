"""Which API tokens were used here: collected as requests come, and told once a minute, so that no request waits for it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from importlib import import_module
from time import time
from typing import Any
from uuid import UUID

from shared.contracts.message import Fact
from shared.db.session import Database
from shared.outbox import record

EVERY_SECONDS = 60.0

Tell = Callable[[frozenset[UUID]], Awaitable[None]]


class TokenUses:
    """The tokens used since it was last told of them."""

    def __init__(self) -> None:
        self._used: set[UUID] = set()

    def note(self, token_id: UUID) -> None:
        """Note a use."""
        self._used.add(token_id)

    async def told(self, tell: Tell) -> None:
        """Tell of what was used, once; what could not be told is told the next time."""
        used, self._used = self._used, set()
        if not used:
            return
        try:
            await tell(frozenset(used))
        except BaseException:
            self._used |= used
            raise

    def telling(self, tell: Tell) -> Callable[[], Coroutine[Any, Any, None]]:
        """Return a loop that tells once a minute until cancelled."""

        async def tell_token_uses() -> None:
            while True:
                await asyncio.sleep(EVERY_SECONDS)
                await self.told(tell)

        return tell_token_uses


def stating(service: str, database: Database) -> Tell | None:
    """Return what states `<Service>TokenUsed` for this service; None for one that has no such fact."""
    fact: Any = _fact_of(service)
    if fact is None:
        return None

    async def tell(used: frozenset[UUID]) -> None:
        async with database.writing() as session:
            await record(session, *(fact(token_id=token_id, version=int(time())) for token_id in sorted(used)))

    return tell


def _fact_of(service: str) -> type[Fact] | None:
    try:
        contracts = import_module(f"shared.contracts.{service}")
    except ModuleNotFoundError:
        return None
    found: type[Fact] | None = getattr(contracts, f"{service.capitalize()}TokenUsed", None)
    return found
