"""Entering confirmed imports in the background: at once where this process was told, and soon where another was cut off."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from services.partners.queries.imports import running_imports
from services.partners.usecases.importing.confirming import BELL, step, sweep
from shared.db.session import Database

LOOKS_EVERY = 30.0
"""Seconds after which it looks for what another process left undone."""


async def carry_on(database: Database) -> None:
    """Enter what is left of every confirmed import. Any number of processes may do so at once: each batch is one's alone."""
    async with database.reading() as session:
        running = await running_imports(session)
    for import_id in running:
        more = True
        while more:
            async with database.writing() as session:
                more = await step(session, import_id)


def entering(database: Database) -> Callable[[], Coroutine[Any, Any, None]]:
    """Return a loop that enters confirmed imports, and forgets files nobody confirmed."""

    async def enter_imports() -> None:
        bell = database.bell(BELL)
        while True:
            bell.clear()
            await carry_on(database)
            async with database.writing() as session:
                await sweep(session)
            try:
                async with asyncio.timeout(LOOKS_EVERY):
                    await bell.wait()
            except TimeoutError:
                continue

    return enter_imports
