"""What becomes of a delivered message: acknowledged after the commit, tried again later, or parked with its reason."""

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Any

from faststream import BaseMiddleware
from faststream.nats.message import NatsMessage
from pydantic import ValidationError

from shared.bus.deadletter import Park
from shared.db.engine import locked_out
from shared.telemetry.correlation import correlation_id

DELAYS = (1, 5, 30, 120, 600, 1_800)
"""Seconds before each further delivery; after the last the message is parked."""
HANDLER_SECONDS = 20.0
AWAY_SECONDS = 15.0

log = logging.getLogger(__name__)


class TooSlow(Exception):
    """A handler was cut off. No part it waits for takes as long before it fails by itself, so this is no database away."""


def permanent(error: BaseException) -> bool:
    """Whether no later delivery could succeed: the message itself is not what its subject promises."""
    causes = (error, error.__cause__, error.__context__)
    return any(
        isinstance(cause, ValidationError | UnicodeDecodeError | json.JSONDecodeError | LookupError)
        for cause in causes
        if cause
    )


def delay(deliveries: int) -> float | None:
    """Return the seconds until delivery `deliveries + 1`, spread by a fifth; None where there shall be none."""
    if deliveries > len(DELAYS):
        return None
    return DELAYS[deliveries - 1] * random.uniform(0.8, 1.2)  # noqa: S311 spreads load, guards nothing


def settling(park: Park, delay_after: Callable[[int], float | None] = delay) -> type[BaseMiddleware]:
    """Return the middleware that settles every message of a broker; `park` writes what cannot be digested to the service's database."""

    class Settling(BaseMiddleware):
        async def consume_scope(self, call_next: Callable[[Any], Awaitable[Any]], msg: Any) -> Any:
            token = correlation_id.set(str(msg.headers.get("X-Correlation-Id", "")))
            try:
                return await settle(call_next, msg, park, delay_after)
            finally:
                correlation_id.reset(token)

    return Settling


async def settle(
    call_next: Callable[[Any], Awaitable[Any]], msg: NatsMessage, park: Park, delay_after: Callable[[int], float | None]
) -> Any:
    """Handle one message and settle it with the broker."""
    deliveries: int = msg.raw_message.metadata.num_delivered
    limit = asyncio.timeout(HANDLER_SECONDS)
    try:
        async with limit:
            result = await call_next(msg)
    except Exception as error:
        failure = TooSlow(f"cut off after {HANDLER_SECONDS:g} s") if limit.expired() else error
        await _after_failure(msg, failure, deliveries, park, delay_after)
        return None
    await msg.raw_message.ack_sync()
    return result


async def _after_failure(
    msg: NatsMessage, error: Exception, deliveries: int, park: Park, delay_after: Callable[[int], float | None]
) -> None:
    raw = msg.raw_message
    if locked_out(error):
        log.warning("%s waits: database away: %r", raw.subject, error)
        await raw.nak(delay=AWAY_SECONDS)
        return
    wait = None if permanent(error) else delay_after(deliveries)
    if wait is not None:
        log.warning("%s failed at delivery %d, again in %.0f s: %r", raw.subject, deliveries, wait, error)
        await raw.nak(delay=wait)
        return
    await park(raw, f"{type(error).__name__}: {error}")
    log.error(
        "PARKED %s of %s after %d deliveries: %r", raw.subject, raw.metadata.consumer, deliveries, error, exc_info=error
    )
    await raw.term()
