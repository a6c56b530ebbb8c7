"""Server-sent events of a send's sums (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

from services.notifier.models import SendKind
from services.notifier.queries import Proof, proof
from shared.db.session import Database

EVERY = 0.5
QUIET_SECONDS = 15.0
LONGEST = 55.0
"""Seconds after which the stream ends and the browser comes again, so that a stopping service is not held up for long."""


async def changes(
    database: Database,
    about: UUID,
    kind: SendKind,
    shown: Callable[[Proof], str],
    gone: Callable[[], Awaitable[bool]],
) -> AsyncIterator[str]:
    """Yield the send as `shown` at once and at each change, then `event: done` once nothing remains to be done.

    A comment is sent in quiet times so that no proxy takes the line for dead.
    """
    started = said = time.monotonic()
    last: object = None
    yield "retry: 1000\n\n"
    while not await gone():
        async with database.reading() as session:
            now_is = await proof(session, about, kind)
        state = (now_is.sums, now_is.send.version)
        if state != last:
            last, said = state, time.monotonic()
            yield message(shown(now_is))
        if now_is.sums.final:
            yield message("", event="done")
            return
        if time.monotonic() - started > LONGEST:
            return
        if time.monotonic() - said > QUIET_SECONDS:
            said = time.monotonic()
            yield ": still here\n\n"
        await asyncio.sleep(EVERY)


def message(data: str, event: str = "") -> str:
    """Return one server-sent event."""
    lines = [f"event: {event}"] if event else []
    return "\n".join([*lines, *(f"data: {line}" for line in data.splitlines() or [""])]) + "\n\n"
