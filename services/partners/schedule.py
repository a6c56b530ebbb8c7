"""When the annual round asks: pure, in the days and hours of Norway, whatever summer time does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shared.clock import OSLO

FIRST, LAST = time(8), time(17)
"""Letters are asked for on working days, from eight and not after five."""
LATE = timedelta(days=3)
"""A nudge that could not be sent on its day is still sent within these, and then no more."""
SATURDAY = 5


@dataclass(frozen=True)
class Nudge:
    """A nudge that is due: `day` is what it counts from the deadline, `sent_on` the working day it is sent."""

    day: date
    sent_on: date
    overdue: bool

    @property
    def occasion(self) -> str:
        """What tells one nudge from the next, also where the deadline was moved."""
        return self.day.isoformat()


def working_day(day: date) -> date:
    """Return `day`, or the Monday after it where it is in a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= SATURDAY else day


def asks_now(moment: datetime) -> bool:
    """Whether letters may be asked for at `moment`: in working hours."""
    local = moment.astimezone(OSLO)
    return local.weekday() < SATURDAY and FIRST <= local.time() < LAST


def nudge_due(deadline: date, offsets: Sequence[int], today: date) -> Nudge | None:
    """Return the newest nudge that is due today or has been so for less than LATE. Of two on one working day the later counts."""
    nudges = [_nudge(deadline, offset) for offset in sorted(offsets)]
    due = [one for one in nudges if one.sent_on <= today < one.sent_on + LATE]
    return due[-1] if due else None


def begins(day: date) -> datetime:
    """Return the moment `day` begins in Norway."""
    return datetime.combine(day, time(), OSLO)


def _nudge(deadline: date, offset: int) -> Nudge:
    day = deadline + timedelta(days=offset)
    sent_on = working_day(day)
    return Nudge(day, sent_on, overdue=sent_on > deadline)
