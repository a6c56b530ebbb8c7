"""Wall time and the clock of the world: what people write, and when it is."""

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from services.events.errors import NoSuchTime

DEFAULT_ZONE = "Europe/Oslo"
FIRST_YEAR, LAST_YEAR = 2000, 2100


@cache
def zones() -> frozenset[str]:
    """Return the names of the IANA zones this machine knows."""
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")


def moment(local: datetime, zone: str, field: str = "starts_at") -> datetime:
    """Return the moment in UTC at which the wall clocks of `zone` show `local` (naive); of two, the first.

    Raises NoSuchTime at `field` where the clocks skip it when summer time begins.
    """
    place = ZoneInfo(zone)
    found = local.replace(tzinfo=place, fold=0).astimezone(UTC)
    if found.astimezone(place).replace(tzinfo=None) != local:
        raise NoSuchTime(field=field, time=f"{local:%H:%M}")
    return found
