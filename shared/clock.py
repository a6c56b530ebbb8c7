"""The one place that reads the clock, so that tests may set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")
"""Where the network is: its days begin and end there."""

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """Return this moment as an aware datetime in UTC."""
    return _frozen.get() or datetime.now(UTC)


def today_in_norway(moment: datetime | None = None) -> date:
    """Return the day it is in Norway, at `moment` or now: what is dated holds from midnight there."""
    return (moment or now()).astimezone(OSLO).date()


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Make :func:`now` return `moment` (aware) inside the block."""
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
