"""Webinars as calendars read them (RFC 5545), with the time zones their times need."""

from collections.abc import Iterable
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from icalendar import STATUS, Calendar, Event, vCalAddress

from services.events.models import Webinar

PRODUCT = "-//Koblingsboks//events//NO"
MEDIA_TYPE = "text/calendar; charset=utf-8; method=PUBLISH"


def published(
    webinars: Iterable[Webinar], base_url: str, sender: str, name: str | None = None, join: bool = False
) -> bytes:
    """Return webinars as a calendar that is published to whoever reads it.

    `sender` is the name and address mails come from, so that calendars take both for one organiser's; with `join` the secret
    address stands in the calendar.
    """
    made = Calendar.new(prodid=PRODUCT, method="PUBLISH", calscale="GREGORIAN", name=name)
    for webinar in webinars:
        made.add_component(_entry(webinar, base_url, sender, join))
    made.add_missing_timezones()
    content: bytes = made.to_ical()
    return content


def _entry(webinar: Webinar, base_url: str, sender: str, join: bool) -> Event:
    zone = ZoneInfo(webinar.time_zone)
    url = f"{base_url.rstrip('/')}/events/{webinar.id}"
    place = webinar.join_url if join and webinar.status == "published" else None
    return Event.new(
        uid=webinar.uid,
        sequence=webinar.sequence,
        stamp=webinar.updated_at,
        created=webinar.created_at,
        last_modified=webinar.updated_at,
        start=webinar.starts_at.astimezone(zone),
        end=webinar.ends_at.astimezone(zone),
        summary=_readable(webinar.title),
        description=_readable(f"{webinar.summary}\n\n{url}"),
        location=place,
        organizer=_organiser(sender),
        url=url,
        status=STATUS.CANCELLED if webinar.status == "cancelled" else STATUS.CONFIRMED,
    )


def _organiser(sender: str) -> vCalAddress:
    name, address = parseaddr(sender)
    return vCalAddress.new(address, cn=name or None)


def _readable(text: str) -> str:
    # Calendars may hold no control signs but the line break.
    return "".join(sign for sign in text if sign >= " " or sign == "\n").replace("\x7f", "")
