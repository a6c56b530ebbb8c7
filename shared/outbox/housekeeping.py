"""What a service forgets in time: messages long since said and heard, answers nobody will ask for again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.auth.forgetting import BELL, forgotten_among, ids_in
from shared.clock import now
from shared.contracts.streams import STREAMS
from shared.db.compact import compact
from shared.db.locks import slot
from shared.db.session import Database

EVERY_SECONDS = 3_600.0
SAID_DAYS = 30
"""Days a published message is kept, so that a lost stream can be filled again."""
HEARD_DAYS = 100
"""Days a heard message is remembered: longer than any stream keeps one, or a replay would have its effect twice."""
ANSWERED_DAYS = 7
PARKED_DAYS = 90
"""Days a parked message waits to be replayed: no longer than a stream would have kept it. Replayed ones go sooner."""
CHUNK = 1_000
TOGETHER_SECONDS = 30.0
REMEMBERED = timedelta(days=2)
"""A process that starts does not know what the one before it did: it looks back so far."""
STATES = [plan.name for plan in STREAMS if plan.last_per_subject]
Sweep = Callable[[AsyncSession], Awaitable[dict[str, int]]]
"""Takes away what of a service's own is past its time; returns how many rows, by class of personal data."""

log = logging.getLogger(__name__)


class Housekeeping:
    """Takes away what is past its time, once an hour and soon after somebody was forgotten, by one process of a service at a time."""

    def __init__(self, database: Database, sweeps: Sequence[Sweep] = ()) -> None:
        self._database = database
        self._sweeps = sweeps
        self._bell = database.bell(BELL)
        self._compacted = self._looked = now() - REMEMBERED

    async def run(self) -> None:
        """Tidy until cancelled."""
        while True:
            self._bell.clear()
            async with slot(self._database.writer, "housekeeping") as held:
                if held is not None:
                    await self.tidy()
            await self._pause()

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._bell.wait(), EVERY_SECONDS)
        except TimeoutError:
            return
        # People leave in groups: the file is written anew once for all of them.
        await asyncio.sleep(TOGETHER_SECONDS)

    async def tidy(self) -> dict[str, int]:
        """Take away everything past its time; returns how many rows that was, by table and by class of personal data."""
        tables = self._database.tables
        moment = now()
        outbox = tables.outbox
        # What is state, not history, holds personal data: once it is on the bus, the bus alone keeps the newest.
        said = sa.and_(
            outbox.c.published_at.is_not(None),
            sa.or_(outbox.c.published_at < moment - timedelta(days=SAID_DAYS), outbox.c.stream.in_(STATES)),
        )
        replayed = tables.parked.c.replayed_at < moment - timedelta(days=SAID_DAYS)
        gone = {
            "outbox": await self._delete(outbox, said),
            "inbox": await self._delete(tables.inbox, tables.inbox.c.heard_at < moment - timedelta(days=HEARD_DAYS)),
            "replies": await self._delete(
                tables.replies, tables.replies.c.created_at < moment - timedelta(days=ANSWERED_DAYS)
            ),
            "parked": await self._delete(tables.parked, replayed),
            "never replayed": await self._give_up(moment),
            "forgotten": await self._forget(moment),
        }
        for sweep in self._sweeps:
            async with self._database.writing() as session:
                gone |= await sweep(session)
        await self._compact(moment, any(gone.values()))
        if any(gone.values()):
            log.info("housekeeping took away %s", gone)
        return gone

    async def _give_up(self, moment: datetime) -> int:
        """Delete parked messages nobody has replayed in all their days; that is a loss, and the log tells of it."""
        parked = self._database.tables.parked
        never = sa.and_(parked.c.replayed_at.is_(None), parked.c.parked_at < moment - timedelta(days=PARKED_DAYS))
        gone = await self._delete(parked, never)
        if gone:
            log.warning("%s parked messages were never replayed in %s days, and are gone", gone, PARKED_DAYS)
        return gone

    async def _forget(self, moment: datetime) -> int:
        """Delete what was said since the last time and names somebody who is forgotten, such as that they are."""
        outbox, seq, gone = self._database.tables.outbox, 0, 0
        while True:
            query = (
                sa.select(outbox.c.seq, outbox.c.payload)
                .where(outbox.c.published_at >= self._looked, outbox.c.seq > seq)
                .order_by(outbox.c.seq)
                .limit(CHUNK)
            )
            async with self._database.writing() as session:
                connection = await session.connection()
                rows = (await connection.execute(query)).all()
                named = {row.seq: ids_in(row.payload) for row in rows}
                people = await forgotten_among(session, set[UUID]().union(*named.values()))
                theirs = [row for row, ids in named.items() if ids & people]
                if theirs:
                    await connection.execute(sa.delete(outbox).where(outbox.c.seq.in_(theirs)))
            gone += len(theirs)
            if len(rows) < CHUNK:
                self._looked = moment - timedelta(minutes=1)
                return gone
            seq = rows[-1].seq

    async def _compact(self, moment: datetime, something_went: bool) -> None:
        """Take the bytes of what went off the disk; after somebody was forgotten, to the last one."""
        tables = self._database.tables
        async with self._database.reading() as session:
            newest = sa.select(sa.func.max(tables.forgotten.c.forgotten_at))
            last = (await (await session.connection()).execute(newest)).scalar_one()
        thorough = last is not None and last >= self._compacted
        if (thorough or something_went) and await compact(self._database.url, thorough=thorough) and thorough:
            self._compacted = moment

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
