"""What the clock sets off in the library. Every job may run in several processes at once and again at any time."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.usecases import introducing, needs
from shared.db.session import Database
from shared.scheduling import ticker

Step = Callable[[AsyncSession], Awaitable[int]]
JOBS: dict[Step, float] = {needs.expire: 600, introducing.chase: 600, introducing.ask_outcomes: 600}
"""Each step with the seconds between its ticks: it does some of what is due, and says how much that was."""


async def work_off(database: Database, step: Step) -> None:
    """Do what is due, some in each transaction."""
    while True:
        async with database.writing() as session:
            if not await step(session):
                return


@asynccontextmanager
async def ticking(database: Database) -> AsyncIterator[None]:
    """A context in which the clock ticks."""
    running = ticker({_named(step, database): seconds for step, seconds in JOBS.items()})
    running.start()
    try:
        yield
    finally:
        running.shutdown(wait=False)


def _named(step: Step, database: Database) -> Callable[[], Awaitable[None]]:
    run = partial(work_off, database, step)

    async def job() -> None:
        await run()

    job.__qualname__ = f"jobs.{step.__name__}"
    return job
