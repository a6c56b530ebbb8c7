"""The relay: publishes a service's outbox to JetStream, in order, by one process at a time.

What is state and not history replaces what was said before: the broker would only forget where the old words stand, and leave them
on its disk, so they are erased first. See docs/decisions/0026-erasure.md.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import APIError, NotFoundError

from shared.clock import now
from shared.contracts.streams import STREAMS
from shared.db.locks import Slot, slot
from shared.db.session import Database
from shared.outbox.record import BELL

BATCH = 100
POLL_SECONDS = 0.2
PUBLISH_TIMEOUT = 5.0
STANDBY_SECONDS = 1.0
STATES = frozenset(plan.name for plan in STREAMS if plan.last_per_subject)
NOTHING_BEFORE = {"Nats-Expected-Last-Subject-Sequence": "0"}
WRONG_SEQUENCE = 10_071

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
        before: dict[str, asyncio.Task[None]] = {}
        sent = []
        for row in rows:
            if row.stream in STATES:
                task = asyncio.create_task(self._replace(row, before.get(row.subject)))
                before[row.subject] = task
            else:
                task = asyncio.create_task(self._publish_one(row))
            sent.append(task)
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

    async def _replace(self, row: Any, before: asyncio.Task[None] | None) -> None:
        """Publish a row where nothing else is said on its subject, once what was said there is erased.

        There is no Nats-Msg-Id: a row that is published again after a crash must not be taken for the one that was erased.
        """
        if before is not None:
            await before
        while True:
            try:
                await self._jetstream.publish(
                    row.subject,
                    row.payload,
                    timeout=PUBLISH_TIMEOUT,
                    stream=row.stream,
                    headers={**row.headers, **NOTHING_BEFORE},
                )
                return
            except APIError as error:
                if error.err_code != WRONG_SEQUENCE:
                    raise
            if await self._said_already(row):
                return

    async def _said_already(self, row: Any) -> bool:
        """Whether what stands on the row's subject is the row itself; erased where it is not."""
        try:
            last = await self._jetstream.get_last_msg(row.stream, row.subject)
            if json.loads(last.data or b"{}").get("id") == str(row.message_id):
                return True
            await self._jetstream.delete_msg(row.stream, last.seq or 0)
        except NotFoundError:
            return False
        return False

    async def _mark(self, rows: Sequence[Any], accepted: int, error: str | None) -> None:
        outbox = self._database.tables.outbox
        async with self._database.writing() as session:
            connection = await session.connection()
            done = [row.seq for row in rows[:accepted] if row.stream not in STATES]
            if done:
                await connection.execute(sa.update(outbox).where(outbox.c.seq.in_(done)).values(published_at=now()))
            # State holds personal data: once it is on the bus, the bus alone keeps it.
            gone = [row.seq for row in rows[:accepted] if row.stream in STATES]
            if gone:
                await connection.execute(sa.delete(outbox).where(outbox.c.seq.in_(gone)))
            if error is not None:
                failed = sa.update(outbox).where(outbox.c.seq == rows[accepted].seq)
                await connection.execute(failed.values(attempts=outbox.c.attempts + 1, last_error=error[:500]))
