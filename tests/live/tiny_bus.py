"""The tiny service on a real broker: it hears of organisations and notes them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from nats.js import JetStreamContext

from shared.bus.broker import Bus
from shared.bus.listen import Handler
from shared.contracts.message import Fact
from shared.contracts.partners import OrganisationRecorded
from shared.db.session import Database
from tests.shared import tiny
from tests.support.servers import Nats
from tests.support.wait import until


@asynccontextmanager
async def hearing(nats: Nats, database: Database, handle: Handler[Any] = tiny.note) -> AsyncIterator[Bus]:
    """Run the tiny service's bus, on which `handle` hears of organisations."""
    bus = Bus(tiny.settings(Path(), nats_url=nats.url), database)
    bus.ear.hears(OrganisationRecorded, handle)
    await bus.start()
    try:
        yield bus
    finally:
        await bus.stop()


async def publish(jetstream: JetStreamContext, fact: Fact, *, named: bool = True) -> None:
    """Publish a fact as a relay does, or without the broker's own guard against repeats."""
    headers = {"Nats-Msg-Id": str(fact.id)} if named else None
    await jetstream.publish(fact.address(), fact.encoded(), stream=fact.stream, headers=headers)


async def publish_raw(jetstream: JetStreamContext, payload: bytes, **headers: str) -> None:
    """Publish something that is perhaps no fact where organisations are told of."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    await jetstream.publish(OrganisationRecorded.subject, payload, stream="PARTNERS", headers=named or None)


async def noted(database: Database, organisation_id: UUID, version: int, timeout: float = 15) -> tiny.Note:
    """Wait until an organisation is noted at `version`."""

    async def found() -> tiny.Note | None:
        note = (await tiny.notes(database)).get(organisation_id)
        return note if note and note.version >= version else None

    note = await until(found, timeout, f"version {version} to be noted")
    assert note is not None
    return note


async def settled(jetstream: JetStreamContext, timeout: float = 15) -> None:
    """Wait until the broker has nothing left for the tiny service and nothing is under way."""

    async def idle() -> bool:
        info = await jetstream.consumer_info("PARTNERS", OrganisationRecorded.durable("knowledge"))
        return not info.num_pending and not info.num_ack_pending

    await until(idle, timeout, "the consumer to be idle")
