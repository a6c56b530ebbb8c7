"""Filling an empty database from the streams, as a service would that lost its own.

said = asyncio.run(everything_said(network.nats.url))
await replay("events", database, said)
"""

from collections.abc import Awaitable, Callable, Iterable
from importlib import import_module
from typing import Any

import nats
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from shared.contracts.catalogue import HEARERS
from shared.contracts.message import Fact
from shared.contracts.streams import STREAMS
from shared.db.session import Database

Said = dict[str, list[tuple[str, bytes]]]
"""What each stream holds: subjects and payloads, the oldest first."""


class _Handlers:
    """Remembers which verb a service binds to each fact."""

    def __init__(self) -> None:
        self.bound: dict[type[Fact], Callable[..., Awaitable[None]]] = {}

    def hears(self, fact: type[Fact], handle: Callable[..., Awaitable[None]]) -> None:
        self.bound[fact] = handle


async def everything_said(url: str) -> Said:
    """Read every stream from its first message to its last."""
    client = await nats.connect(url)
    try:
        return {plan.name: await _stream(client.jetstream(), plan.name) for plan in STREAMS}
    finally:
        await client.close()


async def _stream(jetstream: JetStreamContext, name: str) -> list[tuple[str, bytes]]:
    state = (await jetstream.stream_info(name)).state
    found: list[tuple[str, bytes]] = []
    for number in range(max(state.first_seq, 1), state.last_seq + 1):
        try:
            message = await jetstream.get_msg(name, number)
        except NotFoundError:
            continue
        found.append((message.subject or "", message.data or b""))
    return found


async def replay(service: str, database: Database, said: Said, order: Iterable[str]) -> int:
    """Have the service's own verbs hear all of it, one stream after the other; returns how many messages that were."""
    handlers: Any = _Handlers()
    import_module(f"services.{service}.subscribers").subscribe(handlers)
    heard = 0
    for stream in order:
        for subject, payload in said[stream]:
            fact = next((kind for kind in HEARERS if kind.stream == stream and _is(kind, subject)), None)
            if fact is not None and fact in handlers.bound:
                async with database.writing() as session:
                    await handlers.bound[fact](session, fact.decoded(payload))
                heard += 1
    return heard


def _is(kind: type[Fact], subject: str) -> bool:
    pattern = kind.subject
    return subject == pattern or (pattern.endswith(".*") and subject.startswith(pattern[:-1]))
