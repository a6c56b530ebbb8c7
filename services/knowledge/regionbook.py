"""The regions, kept in memory for a moment: every page names some, and they change a few times a decade."""

import time

from services.knowledge.models.copies import Region
from services.knowledge.queries import regions
from shared.db.session import Database

KEPT_SECONDS = 10.0


class RegionBook:
    """What the regions are called, at most ten seconds old."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read_at = float("-inf")
        self._known: dict[str, Region] = {}

    async def all(self) -> dict[str, Region]:
        """Return every region by its slug."""
        if not self._known or time.monotonic() - self._read_at > KEPT_SECONDS:
            async with self._database.reading() as session:
                self._known = await regions(session)
            self._read_at = time.monotonic()
        return self._known
