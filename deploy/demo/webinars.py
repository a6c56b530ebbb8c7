"""The webinars of the demo, told in days from today so that some are always ahead and some past."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from deploy.demo.regions import DATA

OSLO: Final = ZoneInfo("Europe/Oslo")
SATURDAY: Final = 5


@dataclass(frozen=True)
class DemoWebinar:
    """`region` is None when the webinar is for the whole network; `days` is counted from today, negative when past."""

    external_id: str
    title: str
    summary: str
    language: str
    region: str | None
    days: int
    time: str
    minutes: int
    capacity: int | None
    focus_areas: tuple[str, ...]

    def starts_at(self, today: date) -> datetime:
        """When it starts in Norwegian time, moved off a weekend in the direction away from today."""
        day, step = today + timedelta(days=self.days), timedelta(days=1 if self.days > 0 else -1)
        while day.weekday() >= SATURDAY:
            day += step
        return datetime.combine(day, time.fromisoformat(self.time), tzinfo=OSLO)

    def ends_at(self, today: date) -> datetime:
        return self.starts_at(today) + timedelta(minutes=self.minutes)


def demo_webinars() -> tuple[DemoWebinar, ...]:
    rows = json.loads((DATA / "webinars.json").read_text(encoding="utf-8"))
    return tuple(DemoWebinar(**{**row, "focus_areas": tuple(row["focus_areas"])}) for row in rows)
