"""A small process supervisor: starts children in order, restarts what dies, and leaves nothing behind.

Use it in pieces when work must happen between starts:

    async with Supervisor(data) as supervisor:
        await supervisor.start(nats, meilisearch)
        ...
        await supervisor.start(network)
        await supervisor.until_stopped()      # SIGINT or SIGTERM

or `await supervise(data, children)` for the whole list.
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from deploy.embedded.running import Running
from deploy.servers.places import writable_folder
from deploy.servers.problems import SetupProblem
from deploy.servers.process import Child

__all__ = ["Child", "Supervisor", "supervise"]

STOP_WITHIN = 7.0
LEAST_GRACE = 0.5

log = logging.getLogger(__name__)


class Supervisor:
    """Runs children on one data folder. One supervisor at a time holds a folder; a second raises SetupProblem."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._running: list[Running] = []
        self._keepers: list[asyncio.Task[None]] = []
        self._asked = asyncio.Event()
        self._lock = FileLock(data / ".supervisor.lock")

    async def __aenter__(self) -> Self:
        writable_folder(self.data, "--data")
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise SetupProblem(
                f"Koblingsboks is already running on {self.data}.",
                "Stop it first, or choose another folder with --data.",
            ) from error
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._stop_asked)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().remove_signal_handler(number)
        self._lock.release()

    def _stop_asked(self) -> None:
        if self._asked.is_set():
            for running in self._running:
                running.kill()
        self._asked.set()

    @property
    def stopping(self) -> bool:
        """Whether someone asked the whole to stop."""
        return self._asked.is_set()

    def pids(self) -> dict[str, int]:
        """The process id of each child that is running now, by name."""
        return {running.child.name: running.pid for running in self._running if running.pid}

    async def start(self, *children: Child) -> None:
        """Starts `children` by rising order, each when those before are ready, and keeps them running from then on.

        Raises SetupProblem when one does not become ready; those already started stop when the supervisor is left.
        """
        for child in sorted(children, key=lambda each: each.order):
            if self.stopping:
                return
            running = Running(child, self.data / "logs")
            self._running.append(running)
            await self._first_start(running)
            self._keepers.append(asyncio.create_task(running.keep(), name=f"keep {child.name}"))

    async def _first_start(self, running: Running) -> None:
        starting = asyncio.create_task(running.launch())
        asked = asyncio.create_task(self._asked.wait())
        await asyncio.wait({starting, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if not starting.done():
            starting.cancel()
            await asyncio.wait({starting})
        elif not starting.result():
            name, said = running.child.name, running.last_words()
            raise SetupProblem(f"{name} did not start: {said or 'it said nothing'}.", f"See {running.log_path}.")

    async def until_stopped(self) -> None:
        """Returns when SIGINT or SIGTERM arrives, or when `ask_stop` is called."""
        await self._asked.wait()

    def ask_stop(self) -> None:
        """Has `until_stopped` return."""
        self._asked.set()

    async def stop(self) -> None:
        """Stops all children, last started first: SIGTERM, then SIGKILL for what is left when seven seconds are up."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        deadline = asyncio.get_running_loop().time() + STOP_WITHIN
        for waiting, running in reversed(list(enumerate(self._running))):
            left = deadline - LEAST_GRACE * waiting - asyncio.get_running_loop().time()
            await running.stop(max(left, LEAST_GRACE))
        self._keepers.clear()
        self._running.clear()


async def supervise(
    data: Path, children: Sequence[Child], on_ready: Callable[[], Awaitable[None]] | None = None
) -> None:
    """Runs `children` on `data` until SIGINT or SIGTERM; `on_ready` is awaited once when all are ready.

    Raises SetupProblem when the folder is held by another supervisor or a child does not start.
    """
    async with Supervisor(data) as supervisor:
        await supervisor.start(*children)
        if on_ready and not supervisor.stopping:
            await on_ready()
        await supervisor.until_stopped()
