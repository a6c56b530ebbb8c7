"""Asking the mail store to throw away what it keeps at the addresses of erased people.

A server that only passes mail on keeps none, and does not offer it; one that stores it, as the mailbox of `koblingsboks up` does,
offers `XFORGET <address>`.
"""

import asyncio

from services.notifier.transport import Route
from services.notifier.usecases import erasing
from shared.db.session import Database

RETRY_SECONDS = 5.0


class Emptying:
    """A loop that asks for each address until the server has answered."""

    def __init__(self, database: Database, route: Route, retry: float = RETRY_SECONDS) -> None:
        self._database = database
        self._route = route
        self._retry = retry
        self._bell = database.bell(erasing.BELL)

    async def run(self) -> None:
        """Ask until cancelled."""
        try:
            while True:
                self._bell.clear()
                await self.empty()
                try:
                    await asyncio.wait_for(self._bell.wait(), self._retry)
                except TimeoutError:
                    continue
        finally:
            await self._route.close()

    async def empty(self) -> int:
        """Ask for all that waits; returns how many addresses the server answered for."""
        async with self._database.reading() as session:
            asked = await erasing.waiting(session)
        answered = 0
        for one in asked:
            if one.address and not (await self._route.open() and await self._route.forget(one.address)):
                break
            async with self._database.writing() as session:
                await erasing.done(session, one)
            answered += 1
        await self._route.rest()
        return answered
