"""The nightly check: what changed in the register of organisations since the last night, and each week all of it.

How far it came stands in the database, so that it goes on after a crash; one process at a time asks, and it asks slowly.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import randrange
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Organisation, RegisterRound
from services.partners.register.client import Register
from services.partners.register.errors import RegisterAway
from services.partners.register.unit import Unit
from services.partners.resources import PartnersResources
from services.partners.usecases import claims
from services.partners.usecases.register_check import note_told
from shared.clock import OSLO, now
from shared.db.locks import Slot, slot
from shared.db.session import Database
from shared.web.app import Resources

PAUSE = 0.2
"""Seconds between two questions: a country's register is asked no more than five times a second."""
HOUR = 4
"""Of the night in Norway: after any change of the clock."""
FULL_EVERY = timedelta(days=7)
AGAIN_AFTER = timedelta(minutes=30)
MOST_PAGES = 50
BATCH = 50

log = logging.getLogger(__name__)


async def check(resources: Resources) -> None:
    """Do the night's check where it is due. Any number of processes may ask at once; one does it."""
    assert isinstance(resources, PartnersResources)
    database = resources.database
    if not resources.register.base_url or not _begins(await _standing(database)):
        return
    async with slot(database.writer, "register-check") as held:
        at = await _standing(database)
        if held is None or not _begins(at):
            return
        if at is None:
            await _plan(database)
        else:
            await Night(database, resources.register, held).run()


async def forget_claims(resources: Resources) -> None:
    """Forget the claims that nobody confirmed in time."""
    async with resources.database.writing() as session:
        await claims.forget_unconfirmed(session)


class Night:
    """One night's check; `pause` is the seconds between two questions."""

    def __init__(self, database: Database, register: Register, held: Slot | None = None, pause: float = PAUSE) -> None:
        self._database = database
        self._register = register
        self._held = held
        self._pause = pause

    async def run(self) -> None:
        """Go through the changes, what was never confirmed and, each week, everything; later again where the register is away."""
        try:
            await self._changes()
            await self._all(_unconfirmed())
            if (await self._round()).full_due_at <= now():
                await self._full()
        except RegisterAway as away:
            wait = max(AGAIN_AFTER, timedelta(seconds=away.again_in or 0))
            await self._moved(due_at=now() + wait)
            log.warning("the check against the register goes on at %s", now() + wait)
            return
        await self._moved(due_at=next_night(now()), checked_at=now())

    async def _changes(self) -> None:
        for _page in range(MOST_PAGES):
            at = await self._round()
            found = await self._register.changes(at.since if at.next_change is None else at.next_change)
            await self._all(_numbered({change.org_number for change in found.changes}))
            await self._moved(next_change=found.next)
            if not found.more or not await self._ours():
                return

    async def _full(self) -> None:
        """All that have a number, from where the last night broke off."""
        while await self._ours():
            after = (await self._round()).full_after
            async with self._database.reading() as session:
                ids = await _ids(session, _after(after), BATCH)
            for organisation_id in ids:
                await self._one(organisation_id)
            if not ids:
                await self._moved(full_after=None, full_done_at=now(), full_due_at=next_night(now() + FULL_EVERY))
                return
            await self._moved(full_after=ids[-1])

    async def _all(self, which: Sequence[object]) -> None:
        async with self._database.reading() as session:
            ids = await _ids(session, which)
        for organisation_id in ids:
            await self._one(organisation_id)

    async def _one(self, organisation_id: UUID) -> None:
        async with self._database.reading() as session:
            kept = await session.get_one(Organisation, organisation_id)
        if kept.org_number is None:
            return
        told = await self._register.unit(kept.org_number)
        gone = isinstance(told, Unit) and told.deleted
        namesakes = await self._register.search(told.name) if isinstance(told, Unit) and gone else []
        async with self._database.writing() as session:
            await note_told(session, organisation_id, told, namesakes)
        await asyncio.sleep(self._pause)

    async def _round(self) -> RegisterRound:
        async with self._database.reading() as session:
            return await session.get_one(RegisterRound, 1)

    async def _moved(self, **values: object) -> None:
        async with self._database.writing() as session:
            row = await session.get_one(RegisterRound, 1, with_for_update=True)
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)

    async def _ours(self) -> bool:
        return self._held is None or await self._held.held()


def next_night(moment: datetime) -> datetime:
    """Return a moment in the next night's hour; not the same for every installation."""
    local = moment.astimezone(OSLO)
    due = local.replace(hour=HOUR, minute=randrange(60), second=0, microsecond=0)  # noqa: S311 nothing secret
    return (due if due > local else due + timedelta(days=1)).astimezone(moment.tzinfo)


async def _standing(database: Database) -> RegisterRound | None:
    async with database.reading() as session:
        return await session.get(RegisterRound, 1)


def _begins(at: RegisterRound | None) -> bool:
    return at is None or at.due_at <= now()


async def _plan(database: Database) -> None:
    """A new installation asks in its first night, not while it starts."""
    first = next_night(now())
    async with database.writing() as session:
        session.add(RegisterRound(due_at=first, since=now(), full_due_at=first))


def _unconfirmed() -> Sequence[object]:
    return [col(Organisation.verified_on).is_(None)]


def _numbered(numbers: set[str]) -> Sequence[object]:
    return [col(Organisation.org_number).in_(numbers)]


def _after(organisation_id: UUID | None) -> Sequence[object]:
    return [col(Organisation.id) > organisation_id] if organisation_id else []


async def _ids(session: AsyncSession, which: Sequence[object], most: int | None = None) -> list[UUID]:
    """Return the ids of partners with a number that fit, in their order."""
    query = select(Organisation.id).where(
        col(Organisation.org_number).is_not(None),
        col(Organisation.merged_into).is_(None),
        Organisation.status != "left",
        *which,  # type: ignore[arg-type]
    )
    return list((await session.exec(query.order_by(col(Organisation.id)).limit(most))).all())
