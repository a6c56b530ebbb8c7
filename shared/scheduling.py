"""Background work: loops that are started anew when they fail, and an in-memory clock that only ticks.

What is due stands in the databases; the clock merely asks them. See docs/decisions.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from shared.clock import now

RESTART_DELAYS = (1, 2, 5, 10)

log = logging.getLogger(__name__)


class Background:
    """A group of endless loops. One that fails is logged and started anew, with a growing delay."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, loop: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run `loop` until the group stops."""
        task = asyncio.create_task(self._keep(loop), name=f"{self._name}:{loop.__qualname__}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Cancel every loop and wait for its end."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep(self, loop: Callable[[], Coroutine[Any, Any, None]]) -> None:
        failures = 0
        while True:
            started = now()
            try:
                await loop()
                return
            except Exception:
                failures = 1 if (now() - started).total_seconds() > 60 else failures + 1
                log.exception("%s: %s failed and is started anew", self._name, loop.__qualname__)
                await asyncio.sleep(RESTART_DELAYS[min(failures, len(RESTART_DELAYS)) - 1])


def ticker(jobs: dict[Callable[[], Awaitable[None]], float]) -> AsyncIOScheduler:
    """Return a clock, not yet started, that calls each job every so many seconds; a late or overlapping tick is folded into one."""
    clock = AsyncIOScheduler(
        timezone="UTC",
        jobstores={"default": MemoryJobStore()},
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
    )
    for job, seconds in jobs.items():
        clock.add_job(job, "interval", seconds=seconds, next_run_time=now())
    clock.add_listener(_failed, EVENT_JOB_ERROR)
    return clock


def _failed(event: JobExecutionEvent) -> None:
    log.error("job %s failed: %r", event.job_id, event.exception)
