"""Entering webinars from an import file: what was announced elsewhere, or is there for show."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.models import Webinar
from services.events.schemas import WebinarIn
from services.events.usecases.drafting import external, subject, values
from shared import audit
from shared.db.session import Database

SATURDAY = 5


async def enter_quietly(session: AsyncSession, given: WebinarIn, *, published: bool = True) -> Webinar | None:
    """Enter a webinar, past or ahead, without telling the network: it stands in the calendar and nobody is invited.

    Returns None, and changes nothing, where its external id was entered before. Raises NoSuchTime, EndsTooEarly.
    """
    if given.external_id and await external(session, given.external_id):
        return None
    made = Webinar(**values(given), external_id=given.external_id)
    if published:
        made.enter_calendar()
    session.add(made)
    await session.flush()
    audit.note(session, None, "webinar.loaded", subject(made), None, {"title": made.title, "status": made.status})
    return made


async def load(database: Database, rows: Iterable[Mapping[str, Any]], today: date) -> int:
    """Enter the webinars of an import file quietly, and return how many were new; again changes nothing.

    A row has `external_id`, `title`, `summary`, `language`, `region` (slug, or null for the whole network), `days` (from `today`),
    `time`, `minutes`, `capacity`, `focus_areas` (the first counts), and may have `description`, `join_url`, and `published: false`
    for one that is to stay a draft.
    """
    entered = 0
    async with database.writing() as session:
        for row in rows:
            made = await enter_quietly(session, _given(row, today), published=row.get("published", True))
            entered += made is not None
    return entered


def _given(row: Mapping[str, Any], today: date) -> WebinarIn:
    start = datetime.combine(_workday(today, row["days"]), time.fromisoformat(row["time"]))
    copied = {name: row[name] for name in ("external_id", "title", "summary", "language", "capacity")}
    return WebinarIn(
        **copied,
        description=row.get("description") or "",
        join_url=row.get("join_url"),
        scope="regions" if row.get("region") else "national",
        regions=[row["region"]] if row.get("region") else [],
        focus_area=next(iter(row.get("focus_areas") or []), None),
        starts_at=start,
        ends_at=start + timedelta(minutes=row["minutes"]),
    )


def _workday(today: date, days: int) -> date:
    day, step = today + timedelta(days=days), timedelta(days=1 if days > 0 else -1)
    while day.weekday() >= SATURDAY:
        day += step
    return day
