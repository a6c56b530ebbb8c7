"""A process that executes what is due and is killed at a named point: `python -m tests.faults.splitting <url> <point>`."""

import asyncio
import os
import signal
import sys
from typing import Any

from services.partners.models import HOUSE
from services.partners.usecases.rearranging import executing
from shared.db.session import Database

POINTS = (
    "_claimed", "_arrange", "move_organisations", "move_people", "move_cases", "_keep", "state_regions",
    "state_organisations", "state_people", "record",
)  # fmt: skip
"""The steps of the transaction: the process is killed when one is done, and the last is done just before the commit."""


def kill_after(point: str) -> None:
    """Have the process killed, with no goodbye, once the step `point` has been taken."""
    step = getattr(executing, point)

    async def last(*given: Any, **more: Any) -> None:
        await step(*given, **more)
        await given[0].flush()
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(executing, point, last)


async def main(url: str, point: str) -> None:
    """Execute what is due."""
    if point:
        kill_after(point)
    database = Database(url, HOUSE)
    await executing.execute_due(database)
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
