"""What the clock sets off: closing gaps, and ending what is too late."""

import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from services.notifier.usecases.audiences import reconcile
from services.notifier.usecases.completion import expire
from shared.db.session import Database
from shared.scheduling import ticker
from shared.web.app import Running

RECONCILE_SECONDS = 30
EXPIRE_SECONDS = 15

log = logging.getLogger(__name__)


def clock(database: Database) -> Running:
    """Return a context in which the clock ticks."""

    async def close_gaps() -> None:
        async with database.writing() as session:
            if found := await reconcile(session):
                log.info("%d people had been missed and are invited now", found)

    async def end_late() -> None:
        async with database.writing() as session:
            if ended := await expire(session):
                log.warning("%d mails could not be sent in time", ended)

    @asynccontextmanager
    async def ticking() -> AsyncIterator[None]:
        running = ticker({close_gaps: RECONCILE_SECONDS, end_late: EXPIRE_SECONDS})
        running.start()
        try:
            yield
        finally:
            running.shutdown(wait=False)

    def opened() -> AbstractAsyncContextManager[None]:
        return ticking()

    return opened
