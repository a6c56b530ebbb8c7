"""The sender: claims what is due, hands it over one after another, and records each step before the next."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from jinja2 import TemplateError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notifier import ledger
from services.notifier.fail_points import FailPoint, nothing
from services.notifier.ledger import Claim
from services.notifier.letters import Letter, Unusable
from services.notifier.letters_asked import address_for
from services.notifier.mails import Mailroom, NotYet, Unwanted
from services.notifier.models import LADDER
from services.notifier.pen import Pen
from services.notifier.queries import Knowledge, knowledge_for
from services.notifier.transport import Outcome, Route
from services.notifier.usecases.audiences import BELL
from services.notifier.usecases.bounces import note_refused, note_taken
from services.notifier.usecases.completion import complete
from shared.clock import now
from shared.db.engine import locked_out
from shared.db.locks import Slot, slot
from shared.db.session import Database
from shared.ids import new_id

BATCH = 50
PLACES = 8
POLL_SECONDS = 1.0
STANDBY_SECONDS = 1.0
COMMIT_TRIES = 6

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How long the sender waits: before it repeats a mail nobody knows the fate of, and before it looks after others' orphans."""

    again_in: timedelta = timedelta(seconds=30)
    orphans_after: timedelta = timedelta(seconds=60)


class Sender:
    """One worker. Its place among the senders identifies it: whoever takes a place settles what the one before left there."""

    def __init__(
        self,
        database: Database,
        room: Mailroom,
        route: Route,
        pace: Pace | None = None,
        fail_point: FailPoint = nothing,
    ) -> None:
        self._database = database
        self._room = room
        self._route = route
        self._pace = pace or Pace()
        self._fail_point = fail_point
        self._bell = database.bell(BELL)
        self._pen = Pen(database.writer)
        self._stopping = False
        self._looked = now()

    async def run(self) -> None:
        """Send until cancelled; the mail in hand is brought to its end first."""
        while True:
            async with place(self._database) as held:
                if held is not None:
                    await self._serve(held)
            await asyncio.sleep(STANDBY_SECONDS)

    async def _serve(self, held: Slot) -> None:
        claim = Claim(held.number, new_id())
        await self._adopt(held.number, claim.id)
        try:
            while await held.held():
                self._bell.clear()
                await self._look_after_orphans(held.number)
                if not await self._uninterrupted(claim):
                    await self._pause()
        finally:
            await self._route.close()

    async def _pause(self) -> None:
        await self._route.rest()
        seconds = max(POLL_SECONDS, self._route.wait)
        bell = self._bell.wait() if not self._route.wait else asyncio.Event().wait()
        try:
            await asyncio.wait_for(bell, seconds)
        except TimeoutError:
            return

    async def _uninterrupted(self, claim: Claim) -> bool:
        turn = asyncio.create_task(self.turn(claim))
        try:
            return await asyncio.shield(turn)
        except asyncio.CancelledError:
            self._stopping = True
            await asyncio.wait([turn])
            if error := turn.exception():
                log.error("the sender was stopped in mid-work and could not finish", exc_info=error)
            raise

    async def turn(self, claim: Claim) -> bool:
        """Claim one batch and see it through; False where there was nothing to do, or no server to do it with."""
        async with self._database.reading() as session:
            if not await ledger.any_due(await session.connection()):
                return False
        if not await self._route.open():
            return False
        rows = await self._commit(lambda connection: ledger.take(connection, claim, BATCH))
        if not rows:
            return False
        self._fail_point("claimed")
        async with self._database.reading() as session:
            known = await knowledge_for(session, rows)
        await self._see_through(claim, rows, known)
        send_ids = {row.send_id for row in rows if row.send_id}
        if send_ids:
            async with self._database.writing() as session:
                await complete(session, *send_ids)
        return True

    async def _see_through(self, claim: Claim, rows: Sequence[Any], known: Knowledge) -> None:
        async with self._database.writer.connect() as connection:
            handed = await self._one_after_another(connection, claim, rows, known)
        if handed is not None:
            await self._commit(lambda connection: ledger.finish(connection, claim, handed.id, "sent"))
        await self._commit(lambda connection: ledger.release(connection, claim))

    async def _one_after_another(
        self, connection: AsyncConnection, claim: Claim, rows: Sequence[Any], known: Knowledge
    ) -> Any:
        """Hand over `rows`; returns the last one where the server took it, which remains to be recorded."""
        handed: Any = None
        for row in rows:
            if self._stopping or not await self._route.open():
                break
            dated_at = row.dated_at or now()
            letter = await self._written(claim, row, known, dated_at)
            if letter is None:
                continue
            ours = await self._step(connection, claim, handed, row, letter, dated_at)
            handed = None
            if not ours:
                continue
            outcome = await self._route.deliver(letter)
            if outcome.verdict == "sent":
                self._fail_point("after-250")
                handed = row
            else:
                await self._settle(claim, row, letter, outcome)
            await self._judge(row, known, outcome)
        return handed

    async def _step(
        self, connection: AsyncConnection, claim: Claim, handed: Any, row: Any, letter: Letter, dated_at: datetime
    ) -> bool:
        """Record the mail before as sent and this one as being handed over, at once."""
        before = handed.id if handed is not None else None
        try:
            done = await self._pen.step(connection, claim, before, row.id, letter.message_id, dated_at)
        except (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            log.warning("the short way to the database failed, the long one is taken: %r", error)
            done = await self._commit(
                lambda other: self._pen.step(other, claim, before, row.id, letter.message_id, dated_at)
            )
        if before is not None and before not in done:
            log.error("delivery %s was sent, but another sender holds it by now", before)
        self._fail_point("handing-over")
        return row.id in done

    async def _written(self, claim: Claim, row: Any, known: Knowledge, dated_at: datetime) -> Letter | None:
        """Return the mail, or None where there is none to send now: then the row says why."""
        try:
            return self._room.write(row, known, dated_at)
        except NotYet:
            wait = min(max(now() - row.created_at, timedelta(seconds=1)), timedelta(minutes=5))
            await self._commit(lambda connection: ledger.give_back(connection, claim, row.id, wait))
        except Unwanted as unwanted:
            reason = unwanted.reason
            state = ledger.never(row)
            await self._commit(lambda connection: ledger.finish(connection, claim, row.id, state, reason))
        except Unusable as error:
            note, given_up = str(error), ledger.never(row, "failed")
            await self._commit(
                lambda connection: ledger.finish(connection, claim, row.id, given_up, "bad_address", note)
            )
        except (ValueError, LookupError, TypeError, AttributeError, TemplateError) as error:
            # One mail that cannot be written must not hold up the others: it is put off, and seen on the proof page.
            log.exception("delivery %s (%s) cannot be written", row.id, row.kind)
            await self._put_off(claim, row, f"{type(error).__name__}: {error}", "unwritable")
        return None

    async def _settle(self, claim: Claim, row: Any, letter: Letter, outcome: Outcome) -> None:
        note = outcome.note.replace(letter.to, "…")[:500]
        if outcome.verdict == "failed":
            state = ledger.never(row, "failed")
            await self._commit(lambda connection: ledger.finish(connection, claim, row.id, state, "refused", note))
        elif outcome.verdict == "deferred":
            await self._put_off(claim, row, note, "refused")
        elif outcome.verdict == "unknown":
            again = None if row.unsure else self._pace.again_in
            await self._commit(lambda connection: ledger.doubt(connection, claim, row.id, again, note))
        else:
            wait = timedelta(seconds=self._route.wait)
            await self._commit(lambda connection: ledger.give_back(connection, claim, row.id, wait, note))

    async def _judge(self, row: Any, known: Knowledge, outcome: Outcome) -> None:
        """Note where the server refuses the person's address for good, and where it takes mail to it again."""
        person = known.people[row.person_id]
        if address_for(row.kind, person) != person.email:
            return
        if outcome.refused:
            async with self._database.writing() as session:
                await note_refused(session, person.person_id, person.email, outcome.refused)
            known.refused.add(row.person_id)
        elif outcome.verdict == "sent" and row.person_id in known.refused:
            async with self._database.writing() as session:
                await note_taken(session, person.person_id)
            known.refused.discard(row.person_id)

    async def _put_off(self, claim: Claim, row: Any, note: str, reason: str) -> None:
        attempts = row.attempts + 1
        if reason == "unwritable" and attempts > len(LADDER):
            state = ledger.never(row, "failed")
            await self._commit(lambda connection: ledger.finish(connection, claim, row.id, state, reason, note[:500]))
            return
        await self._commit(lambda connection: ledger.put_off(connection, claim, row.id, attempts, note[:500]))

    async def _commit(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Do `work` in a transaction of its own; a busy database is asked again, for what SMTP said must not be forgotten."""
        for tried in range(1, COMMIT_TRIES + 1):
            try:
                async with self._database.writer.begin() as connection:
                    return await work(connection)
            except (DBAPIError, OSError, TimeoutError) as error:
                if tried == COMMIT_TRIES or not locked_out(error):
                    raise
                log.warning("the database is busy, the sender waits: %r", error)
                await asyncio.sleep(tried / 2)
        raise AssertionError("unreachable")

    async def _adopt(self, number: int, own: UUID | None) -> None:
        back, lost = await self._commit(lambda connection: ledger.adopt(connection, number, own))
        if back or lost:
            log.warning("a sender at place %d ended in mid-work: %d mails back in line, %d unknown", number, back, lost)

    async def _look_after_orphans(self, own: int) -> None:
        """Settle what senders left that ended and whose place nobody took since."""
        if now() - self._looked < self._pace.orphans_after:
            return
        self._looked = now()
        async with self._database.reading() as session:
            connection = await session.connection()
            left = await ledger.orphaned_slots(connection, own, now() - self._pace.orphans_after)
        for number in left:
            async with slot(self._database.writer, f"sender-{number}") as free:
                if free is not None:
                    await self._adopt(number, None)


@asynccontextmanager
async def place(database: Database) -> AsyncIterator[Slot | None]:
    """Yield the first free of the senders' places, or None. Each is a slot of its own name, so that one can be asked for."""
    for number in range(PLACES):
        async with slot(database.writer, f"sender-{number}") as held:
            if held is not None:
                held.number = number
                yield held
                return
    yield None
