"""Waiting for a condition, never for a length of time."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")

EVERY = 0.02


@overload
async def until(
    condition: Callable[[], Awaitable[T]], timeout: float = ..., what: str = ..., every: float = ...
) -> T: ...


@overload
async def until(condition: Callable[[], T], timeout: float = ..., what: str = ..., every: float = ...) -> T: ...


async def until(
    condition: Callable[[], Any], timeout: float = 10.0, what: str = "the condition", every: float = EVERY
) -> Any:
    """Asks `condition` (plain or async) until it is truthy and returns that value.

    Raises AssertionError naming `what` and the last answer after `timeout` seconds; lets through what the condition raises.
    """
    deadline = time.monotonic() + timeout
    while True:
        answer = condition()
        value = await answer if inspect.isawaitable(answer) else answer
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(_late(what, timeout, value))
        await asyncio.sleep(every)


def until_sync(
    condition: Callable[[], T], timeout: float = 10.0, what: str = "the condition", every: float = EVERY
) -> T:
    """As `until`, for plain conditions outside an event loop."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(_late(what, timeout, value))
        time.sleep(every)


def _late(what: str, timeout: float, last: object) -> str:
    return f"waited {timeout:g} s for {what}; last answer: {last!r}"
