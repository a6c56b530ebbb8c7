"""The calendar part of a mail (RFC 5545, RFC 5546): made once per webinar and language by `icalendar`, one attendee filled in."""

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar import Calendar, Event, vCalAddress
from icalendar.parser import Contentline, Parameters

from services.notifier.models import Webinar

Method = Literal["REQUEST", "CANCEL"]
SLOT = "mailto:slot@slot.invalid"
PRODUCT = "-//Koblingsboks//notifier//NB"


def times(webinar: Webinar) -> tuple[datetime, datetime]:
    """Return start and end in the webinar's own zone, or in UTC where that zone is unknown here."""
    try:
        zone = ZoneInfo(webinar.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return webinar.starts_at.astimezone(UTC), webinar.ends_at.astimezone(UTC)
    start, end = (
        datetime.fromisoformat(text).replace(tzinfo=zone) for text in (webinar.local_start, webinar.local_end)
    )
    return start, end


def calendar_for(
    webinar: Webinar, method: Method, organiser: tuple[str, str], url: str, attendee: tuple[str, str], status: str
) -> bytes:
    """Return the calendar object for one attendee.

    `organiser` and `attendee` are (name, address), names without quotes and control characters; `status` is the attendee's
    PARTSTAT. DTSTAMP is the moment the webinar was stated, so that a mail sent again is the same to the byte.
    """
    start, end = times(webinar)
    before, after = _around(
        method,
        webinar.uid,
        webinar.sequence,
        webinar.title,
        webinar.summary,
        start,
        end,
        webinar.stated_at,
        organiser,
        url,
    )
    return before + _attendee(attendee, status, asks=method == "REQUEST") + after


@lru_cache(maxsize=256)
def _around(
    method: Method,
    uid: str,
    sequence: int,
    title: str,
    summary: str,
    start: datetime,
    end: datetime,
    stamp: datetime,
    organiser: tuple[str, str],
    url: str,
) -> tuple[bytes, bytes]:
    meeting = Event()
    meeting.add("uid", uid)
    meeting.add("sequence", sequence)
    meeting.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    meeting.add("dtstart", start)
    meeting.add("dtend", end)
    meeting.add("summary", title)
    meeting.add("description", f"{summary}\n\n{url}".strip())
    meeting.add("url", url)
    meeting.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    meeting.add("transp", "TRANSPARENT" if method == "CANCEL" else "OPAQUE")
    sender = vCalAddress(f"mailto:{organiser[1]}")
    sender.params["CN"] = organiser[0]
    meeting.add("organizer", sender)
    meeting.add("attendee", vCalAddress(SLOT))
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", method)
    made.add_component(meeting)
    made.add_missing_timezones(first_date=date(start.year - 1, 1, 1), last_date=date(end.year + 1, 12, 31))
    before, _, after = made.to_ical().partition(f"ATTENDEE:{SLOT}\r\n".encode())
    return before, after


def _attendee(attendee: tuple[str, str], status: str, *, asks: bool) -> bytes:
    name, address = attendee
    params = {"CN": name or address, "CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": status}
    if asks:
        params["RSVP"] = "TRUE"
    line = Contentline.from_parts("ATTENDEE", Parameters(params), f"mailto:{address}")
    folded: bytes = line.to_ical()
    return folded + b"\r\n"
