"""The vocabularies, kept in memory for a moment: every page names terms, and they seldom change."""

import time

from services.knowledge.models import Terms
from services.knowledge.queries import terms
from shared.db.session import Database

KEPT_SECONDS = 10.0


class TermBook:
    """What terms are called, at most ten seconds old."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read_at = float("-inf")
        self._known = Terms()

    async def all(self) -> Terms:
        """Return all vocabularies."""
        if time.monotonic() - self._read_at > KEPT_SECONDS:
            async with self._database.reading() as session:
                self._known = await terms(session)
            self._read_at = time.monotonic()
        return self._known

    def forget(self) -> None:
        """Read them anew the next time, because somebody here just changed them."""
        self._read_at = float("-inf")
