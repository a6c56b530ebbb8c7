"""Erasing from a service's own streams what names forgotten people.

The broker overwrites a message that is deleted by its number, at once and on the disk; what ages out or is purged it only forgets.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from uuid import UUID

import sqlalchemy as sa
from nats.aio.msg import Msg
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.auth.forgetting import forgotten_among, ids_in
from shared.contracts.catalogue import HEARERS, stated_by
from shared.db.locks import slot
from shared.db.session import Database

EVERY_SECONDS = 6 * 3_600.0
BATCH = 200
FETCH_SECONDS = 2.0

Gone = Callable[[AsyncSession, Collection[UUID]], Awaitable[set[UUID]]]
"""Returns those of these ids that nobody needs to be told of any more."""

log = logging.getLogger(__name__)


class Scrubbing:
    """Looks through the streams a service states its facts on, four times a day, by one process at a time."""

    def __init__(
        self, database: Database, jetstream: JetStreamContext, service: str, gone: Gone = forgotten_among
    ) -> None:
        self._database = database
        self._jetstream = jetstream
        self._gone = gone
        self._streams = sorted({fact.stream for fact in HEARERS if stated_by(fact) == service})

    async def run(self) -> None:
        """Scrub until cancelled."""
        while True:
            async with slot(self._database.writer, "scrubbing") as held:
                if held is not None:
                    await self.scrub()
            await asyncio.sleep(EVERY_SECONDS)

    async def scrub(self) -> dict[str, int]:
        """Erase what all its hearers have heard and what names somebody who is gone; returns how many messages, by stream."""
        async with self._database.reading() as session:
            anybody = sa.select(self._database.tables.forgotten.c.mark).limit(1)
            if (await (await session.connection()).execute(anybody)).first() is None:
                return {}
        erased = {stream: await self._scrub(stream) for stream in self._streams}
        if any(erased.values()):
            log.info("messages about forgotten people were erased: %s", erased)
        return erased

    async def _scrub(self, stream: str) -> int:
        heard, erased = await heard_by_all(self._jetstream, stream), 0
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.ALL, ack_policy=AckPolicy.NONE, inactive_threshold=60.0, mem_storage=True
        )
        reader = await self._jetstream.pull_subscribe("", stream=stream, config=config)
        try:
            left = (await reader.consumer_info()).num_pending or 0
            while left:
                messages = await reader.fetch(min(BATCH, left), timeout=FETCH_SECONDS)
                erased += await self._erase(stream, messages, heard)
                left = messages[-1].metadata.num_pending
        except NatsTimeoutError:
            log.info("stream %s was not read to its end", stream)
        finally:
            await reader.unsubscribe()
        return erased

    async def _erase(self, stream: str, messages: list[Msg], heard: int | None) -> int:
        named = {
            message.metadata.sequence.stream: ids_in(_text(message))
            for message in messages
            if heard is None or message.metadata.sequence.stream <= heard
        }
        async with self._database.reading() as session:
            gone = await self._gone(session, set[UUID]().union(*named.values()))
        numbers = [number for number, ids in named.items() if ids & gone]
        for number in numbers:
            await self._jetstream.delete_msg(stream, number)
        return len(numbers)


async def heard_by_all(jetstream: JetStreamContext, stream: str) -> int | None:
    """Return the number up to which every hearer has acknowledged what is on `stream`; None where all of it."""
    floors = []
    for fact, hearers in HEARERS.items():
        for hearer in hearers if fact.stream == stream else ():
            try:
                info = await jetstream.consumer_info(stream, fact.durable(hearer))
            except NotFoundError:
                # One that is yet to be made has heard nothing.
                return 0
            if info.num_pending or info.num_ack_pending:
                floors.append(info.ack_floor.stream_seq if info.ack_floor else 0)
    return min(floors, default=None)


def _text(message: Msg) -> bytes:
    return message.subject.encode() + b" " + message.data
