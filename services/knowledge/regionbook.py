"""The regions, kept in memory for a moment: every page names some, and they change a few times a decade."""

import json
import time
from collections.abc import Mapping
from pathlib import Path

from services.knowledge.models.copies import Region
from services.knowledge.queries import heirs, regions
from services.knowledge.search.intents import Places, place_key
from shared.db.session import Database

KEPT_SECONDS = 10.0
REFERENCE = Path(__file__).parent / "reference" / "former_counties.json"
FORMER_COUNTIES: dict[str, list[str]] = json.loads(REFERENCE.read_text("utf-8"))


class RegionBook:
    """What the regions are called, at most ten seconds old."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read_at = float("-inf")
        self._known: dict[str, Region] = {}
        self._named: dict[str, Region] | None = None
        self._places: Places = {}

    async def all(self) -> dict[str, Region]:
        """Return every region by its slug."""
        if not self._known or time.monotonic() - self._read_at > KEPT_SECONDS:
            async with self._database.reading() as session:
                self._known = await regions(session)
            self._read_at = time.monotonic()
        return self._known

    async def places(self) -> Places:
        """Return the names by which a query may narrow to regions, also those of counties that are no more."""
        if self._named is not await self.all():
            self._named = self._known
            self._places = _places(self._known)
        return self._places


def _places(known: Mapping[str, Region]) -> dict[tuple[str, ...], tuple[str, ...]]:
    today = {slug for slug, region in known.items() if region.holds}
    found = {place_key(name): tuple(slugs) for name, slugs in FORMER_COUNTIES.items() if today.issuperset(slugs)}
    for slug, region in known.items():
        now = tuple(each for each in heirs(known, (slug,)) if each in today)
        found |= {
            place_key(name): now for name in region.names if (now and place_key(name) not in found) or slug in today
        }
    return found
