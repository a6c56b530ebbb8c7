"""Wall times become moments: the gap is refused, of the fold the first counts."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from services.events.errors import EndsTooEarly, NoSuchTime
from services.events.models import times
from services.events.walltime import moment, zones
from tests.events.support import utc, wall

WALL = st.datetimes(wall(2000, 1, 1), wall(2099, 12, 31))


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        (wall(2027, 3, 28, 1, 59), utc(2027, 3, 28, 0, 59)),
        (wall(2027, 3, 28, 3, 0), utc(2027, 3, 28, 1, 0)),
        (wall(2026, 10, 25, 1, 30), utc(2026, 10, 24, 23, 30)),
        (wall(2026, 10, 25, 2, 30), utc(2026, 10, 25, 0, 30)),
        (wall(2026, 10, 25, 3, 0), utc(2026, 10, 25, 2, 0)),
    ],
)
def test_wall_times_round_the_change_of_clocks_are_the_right_moments(local: datetime, expected: datetime) -> None:
    assert moment(local, "Europe/Oslo") == expected


@pytest.mark.parametrize("local", [wall(2027, 3, 28, 2, 30), wall(2026, 3, 29, 2, 0)])
def test_a_time_the_clocks_skip_is_refused_in_words(local: datetime) -> None:
    with pytest.raises(NoSuchTime) as refused:
        moment(local, "Europe/Oslo")
    assert f"{local:%H:%M}" in str(refused.value)
    assert "sommertid" in str(refused.value)


def test_the_gap_lies_elsewhere_in_other_zones() -> None:
    assert moment(wall(2027, 3, 28, 2, 30), "UTC") == utc(2027, 3, 28, 2, 30)
    with pytest.raises(NoSuchTime):
        moment(wall(2027, 3, 14, 2, 30), "America/New_York")


@hypothesis_given(WALL, st.sampled_from(sorted(zones())))
def test_every_accepted_wall_time_is_what_the_clocks_then_show(local: datetime, zone: str) -> None:
    try:
        found = moment(local, zone)
    except NoSuchTime:
        return
    assert found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local


@hypothesis_given(WALL, st.integers(-3 * 3_600, 3 * 3_600))
def test_a_webinar_always_ends_after_it_begins(start: datetime, seconds: int) -> None:
    try:
        made = times(start, start + timedelta(seconds=seconds), "Europe/Oslo")
    except (NoSuchTime, EndsTooEarly):
        return
    assert made["starts_at"] < made["ends_at"]  # type: ignore[operator]


def test_an_hour_of_wall_time_over_the_fold_counts_as_two() -> None:
    made = times(wall(2026, 10, 25, 1, 30), wall(2026, 10, 25, 3, 0), "Europe/Oslo")
    assert made["ends_at"] - made["starts_at"] == timedelta(hours=2, minutes=30)  # type: ignore[operator]
