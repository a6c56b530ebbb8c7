"""The day it is."""

from datetime import UTC, date, datetime

import pytest

from shared.clock import frozen, today_in_norway


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 1, 31, 22, 59, tzinfo=UTC), date(2026, 1, 31)),
        (datetime(2026, 1, 31, 23, 0, tzinfo=UTC), date(2026, 2, 1)),
        (datetime(2026, 6, 30, 21, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), date(2026, 7, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_norway_also_in_summer(moment: datetime, day: date) -> None:
    assert today_in_norway(moment) == day
    with frozen(moment):
        assert today_in_norway() == day
