"""The relay: publishes a service's outbox to JetStream, in order, by one process at a time."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from shared.clock import now
from shared.db.locks import Slot, slot
from shared.db.session import Database
from shared.outbox.record import BELL

BATCH = 100
POLL_SECONDS = 0.2
PUBLISH_TIMEOUT = 5.0
STANDBY_SECONDS = 1.0

log = logging.getLogger(__name__)


class Relay:
    """Takes what is unpublished by its sequence, publishes it all, and marks the acknowledged prefix; stops at the first failure."""

    def __init__(self, database: Database, jetstream: JetStreamContext) -> None:
        self._database = database
        self._jetstream = jetstream
        self._bell = database.bell(BELL)
        self._failures = 0

    async def run(self) -> None:
        """Relay until cancelled; waits in line where another process relays for this service already."""
        while True:
            async with slot(self._database.writer, "relay") as held:
                if held is not None:
                    await self._relay_while(held)
            await asyncio.sleep(STANDBY_SECONDS)

    async def _relay_while(self, held: Slot) -> None:
        while await held.held():
            self._bell.clear()
            if await self.drain() < BATCH:
                await self._pause()

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._bell.wait(), POLL_SECONDS * min(2**self._failures, 50))
        except TimeoutError:
            return

    async def drain(self) -> int:
        """Publish one batch; returns how many rows were published and marked."""
        outbox = self._database.tables.outbox
        unpublished = sa.select(outbox).where(outbox.c.published_at.is_(None)).order_by(outbox.c.seq).limit(BATCH)
        async with self._database.reading() as session:
            rows = (await (await session.connection()).execute(unpublished)).all()
        if not rows:
            self._failures = 0
            return 0
        accepted, error = await self._publish(rows)
        await self._mark(rows, accepted, error)
        self._failures = 0 if error is None else self._failures + 1
        return accepted

    async def _publish(self, rows: Sequence[Any]) -> tuple[int, str | None]:
        sent = [asyncio.create_task(self._publish_one(row)) for row in rows]
        outcomes = await asyncio.gather(*sent, return_exceptions=True)
        for count, outcome in enumerate(outcomes):
            if isinstance(outcome, NatsError | OSError | TimeoutError):
                log.warning("outbox waits: %s could not be published: %r", rows[count].subject, outcome)
                return count, repr(outcome)
            if isinstance(outcome, BaseException):
                raise outcome
        return len(rows), None

    async def _publish_one(self, row: Any) -> None:
        headers = {**row.headers, "Nats-Msg-Id": str(row.message_id)}
        await self._jetstream.publish(
            row.subject, row.payload, timeout=PUBLISH_TIMEOUT, stream=row.stream, headers=headers
        )

    async def _mark(self, rows: Sequence[Any], accepted: int, error: str | None) -> None:
        outbox = self._database.tables.outbox
        async with self._database.writing() as session:
            connection = await session.connection()
            done = [row.seq for row in rows[:accepted]]
            if done:
                await connection.execute(sa.update(outbox).where(outbox.c.seq.in_(done)).values(published_at=now()))
            if error is not None:
                failed = sa.update(outbox).where(outbox.c.seq == rows[accepted].seq)
                await connection.execute(failed.values(attempts=outbox.c.attempts + 1, last_error=error[:500]))
