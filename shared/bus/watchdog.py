"""A thread beside the loop that ends the process when the loop or a consumer hangs, so that its supervisor starts it anew."""

import asyncio
import logging
import os
import threading
import time

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError

from shared.contracts.catalogue import heard_by

EXIT_CODE = 70
LOOP_SECONDS = 10.0
GUARD_SECONDS = 2.0
CHECK_SECONDS = 30.0
STUCK_CHECKS = 4

log = logging.getLogger(__name__)


class Watchdog:
    """Ends the process when its loop stands still for ten seconds, or a consumer with work does not move for two minutes."""

    def __init__(self, client: Client, service: str, *, enabled: bool) -> None:
        self._client = client
        self._service = service
        self._enabled = enabled
        self._beat = time.monotonic()
        self._seen: dict[str, tuple[int, int]] = {}

    async def run(self) -> None:
        """Keep the heart beating and look at the consumers, until cancelled."""
        leaving = threading.Event()
        if self._enabled:
            named = f"{self._service}-watchdog"
            threading.Thread(target=self._guard, args=(leaving,), name=named, daemon=True).start()
        try:
            await self._watch()
        finally:
            leaving.set()

    async def _watch(self) -> None:
        checked = time.monotonic()
        while True:
            self._beat = time.monotonic()
            await asyncio.sleep(1)
            if time.monotonic() - checked >= CHECK_SECONDS and self._client.is_connected:
                checked = time.monotonic()
                await self._look()

    async def _look(self) -> None:
        jetstream = self._client.jetstream()
        for fact in heard_by(self._service):
            name = fact.durable(self._service)
            try:
                info = await jetstream.consumer_info(fact.stream, name)
            except NotFoundError:
                self._stop(f"consumer {name} is gone")
                continue
            except (NatsError, TimeoutError):
                return
            moved = info.delivered.consumer_seq if info.delivered else 0
            before, times = self._seen.get(name, (-1, 0))
            times = times + 1 if info.num_pending and moved == before else 0
            self._seen[name] = (moved, times)
            if times >= STUCK_CHECKS:
                self._stop(f"consumer {name} has {info.num_pending} messages and does not move")

    def _guard(self, leaving: threading.Event) -> None:
        while not leaving.wait(GUARD_SECONDS):
            if time.monotonic() - self._beat > LOOP_SECONDS:
                self._stop(f"the loop has stood still for {LOOP_SECONDS:.0f} s")

    def _stop(self, why: str) -> None:
        log.critical("WATCHDOG %s: %s", self._service, why)
        if self._enabled:
            logging.shutdown()
            os._exit(EXIT_CODE)
