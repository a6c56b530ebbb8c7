"""What a service forgets in time: messages long since said and heard, answers nobody will ask for again."""

import asyncio
import logging
from datetime import timedelta

import sqlalchemy as sa

from shared.clock import now
from shared.contracts.streams import STREAMS
from shared.db.locks import slot
from shared.db.session import Database

EVERY_SECONDS = 3_600.0
SAID_DAYS = 30
"""Days a published message is kept, so that a lost stream can be filled again."""
HEARD_DAYS = 100
"""Days a heard message is remembered: longer than any stream keeps one, or a replay would have its effect twice."""
ANSWERED_DAYS = 7
CHUNK = 1_000

log = logging.getLogger(__name__)


class Housekeeping:
    """Takes away what is past its time, once an hour, by one process of a service at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> None:
        """Tidy until cancelled."""
        while True:
            async with slot(self._database.writer, "housekeeping") as held:
                if held is not None:
                    await self.tidy()
            await asyncio.sleep(EVERY_SECONDS)

    async def tidy(self) -> dict[str, int]:
        """Take away everything past its time; returns how many rows of each table that was."""
        tables = self._database.tables
        moment = now()
        outbox = tables.outbox
        states = [plan.name for plan in STREAMS if plan.last_per_subject]
        # What is state, not history, holds personal data: once it is on the bus, the bus alone keeps the newest.
        said = sa.and_(
            outbox.c.published_at.is_not(None),
            sa.or_(outbox.c.published_at < moment - timedelta(days=SAID_DAYS), outbox.c.stream.in_(states)),
        )
        replayed = tables.parked.c.replayed_at < moment - timedelta(days=SAID_DAYS)
        gone = {
            "outbox": await self._delete(outbox, said),
            "inbox": await self._delete(tables.inbox, tables.inbox.c.heard_at < moment - timedelta(days=HEARD_DAYS)),
            "replies": await self._delete(
                tables.replies, tables.replies.c.created_at < moment - timedelta(days=ANSWERED_DAYS)
            ),
            "parked": await self._delete(tables.parked, replayed),
        }
        if any(gone.values()):
            log.info("housekeeping took away %s", gone)
        return gone

    async def _delete(self, table: sa.Table, condition: sa.ColumnElement[bool]) -> int:
        """Delete in chunks, so that no writer waits long."""
        keys = list(table.primary_key.columns)
        total = 0
        while True:
            some = sa.select(*keys).where(condition).limit(CHUNK)
            async with self._database.writing() as session:
                connection = await session.connection()
                found = (await connection.execute(some)).all()
                if found:
                    chosen = sa.tuple_(*keys, types=[key.type for key in keys]).in_([tuple(row) for row in found])
                    await connection.execute(sa.delete(table).where(chosen))
            total += len(found)
            if len(found) < CHUNK:
                return total
