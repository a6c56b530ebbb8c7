"""What the clock sets off in the registry. Every job may run in several processes at once and again at any time."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from services.partners import (
    annual_round,
    people_watch,
    privacy_jobs,
    region_jobs,
    register_check,
    segment_watch,
    token_uses,
)
from shared.scheduling import ticker
from shared.web.app import Resources, Running

Job = Callable[[Resources], Awaitable[None]]

JOBS: dict[Job, float] = {
    people_watch.watch: 600,
    annual_round.ask: 60,
    region_jobs.turn: 60,
    register_check.check: 60,
    register_check.forget_claims: 3600,
    segment_watch.watch: 30,
    token_uses.note: 60,
    privacy_jobs.warn: 600,
    privacy_jobs.check_audit: 3_600,
}
"""Each job with the seconds between its ticks. What is due stands in the database: a tick only asks for it."""


def clock(resources: Resources) -> Running:
    """Return a context in which the clock ticks."""

    @asynccontextmanager
    async def ticking() -> AsyncIterator[None]:
        running = ticker({_bound(job, resources): seconds for job, seconds in JOBS.items()})
        running.start()
        try:
            yield
        finally:
            running.shutdown(wait=False)

    def opened() -> AbstractAsyncContextManager[None]:
        return ticking()

    return opened


def _bound(job: Job, resources: Resources) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        await job(resources)

    run.__qualname__ = f"jobs.{job.__name__}"
    return run
