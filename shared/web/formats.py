"""How numbers, dates and texts are shown; each filter takes the language last."""

import re
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from shared.clock import OSLO
from shared.contracts.vocabulary import Language
from shared.web.i18n import LOCALES

DAY_PATTERNS: dict[Language, str] = {"nb": "EEEE d. MMMM y", "nn": "EEEE d. MMMM y", "en": "EEEE d MMMM y"}
CLOCK_PATTERNS: dict[Language, str] = {
    "nb": "EEEE d. MMMM y 'kl.' HH:mm",
    "nn": "EEEE d. MMMM y 'kl.' HH:mm",
    "en": "EEEE d MMMM y 'at' HH:mm",
}


def number(value: int | float | Decimal | None, language: Language) -> str:
    """Return `value` with the language's signs: `1 234 567,5`."""
    return "" if value is None else format_decimal(value, locale=LOCALES[language])


def day(value: date | datetime | None, language: Language) -> str:
    """Return the day in short: `26. mars 2026`."""
    if value is None:
        return ""
    local = value.astimezone(OSLO) if isinstance(value, datetime) and value.tzinfo else value
    return format_date(local, "d MMMM y" if language == "en" else "d. MMMM y", locale=LOCALES[language])


def clock(value: datetime | None, language: Language, zone: str = "Europe/Oslo") -> str:
    """Return day and time: `torsdag 26. mars 2026 kl. 09:00`."""
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(zone)) if value.tzinfo else value
    return format_datetime(local, CLOCK_PATTERNS[language], locale=LOCALES[language])


def interval(start: datetime, end: datetime, language: Language, zone: str = "Europe/Oslo") -> str:
    """Return a span: `torsdag 26. mars 2026 kl. 09:00–10:00`, with both days where it crosses midnight."""
    first, last = (value.astimezone(ZoneInfo(zone)) if value.tzinfo else value for value in (start, end))
    opening = clock(first, language, zone)
    return f"{opening}–{last:%H:%M}" if first.date() == last.date() else f"{opening} – {clock(last, language, zone)}"


def org_number(value: str | None) -> str:
    """Return an organisation number as it is read aloud: `999 990 002`."""
    return re.sub(r"(\d{3})(?=\d)", "\\1\u00a0", value) if value else ""
