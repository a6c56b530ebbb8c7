"""The ladder for people with a role who are not seen any more: warned, warned once more, put out of use. Whoever comes back steps off."""

from typing import Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Person
from services.partners.months import months_before
from services.partners.queries import regions_answering
from services.partners.queries.inactive import STEP, holds_role, needed, waits_to_retire
from services.partners.usecases import letters
from services.partners.usecases.people import snapshot
from services.partners.usecases.sign_in import end_all
from services.partners.usecases.statements import state_people
from shared import audit
from shared.clock import now, today_in_norway
from shared.contracts.events import RegistrationRecorded
from shared.contracts.partners import LetterContent

AT_ONCE: Final = 50


async def step(session: AsyncSession, months: int) -> int:
    """Have some of those who are due take their next step; returns how many did. 0 months: nobody is due.

    Rows another process steps with are passed over, and what is done is written on the row: each step is taken once.
    """
    if not months:
        return 0
    return await _warn(session, months) + await _warn_last(session) + await _retire(session)


async def note_answer(session: AsyncSession, fact: RegistrationRecorded) -> None:
    """Note that somebody was seen: they answered an invitation, which needs no sign-in."""
    found = await session.get(Person, fact.person_id, with_for_update=True)
    if found is not None and found.active:
        found.seen(fact.at)
        session.add(found)


async def _warn(session: AsyncSession, months: int) -> int:
    last = sa.func.coalesce(col(Person.last_active_at), col(Person.created_at))
    found = await _due(session, col(Person.warned_at).is_(None), last <= months_before(now(), months))
    content = LetterContent(deadline=today_in_norway(months_before(now(), -2 * STEP)))
    for person in found:
        person.warned_at = now()
        session.add(person)
        await letters.ask(session, person, "inactive_soon", person.id, occasion=now().isoformat(), content=content)
    return len(found)


async def _warn_last(session: AsyncSession) -> int:
    due = col(Person.warned_at) <= months_before(now(), STEP)
    found = await _due(session, col(Person.last_warned_at).is_(None), due)
    content = LetterContent(deadline=today_in_norway(months_before(now(), -STEP)))
    for person in found:
        person.last_warned_at = now()
        session.add(person)
        await letters.ask(session, person, "inactive_last", person.id, occasion=now().isoformat(), content=content)
    return len(found)


async def _retire(session: AsyncSession) -> int:
    found = await _due(session, waits_to_retire(), ~needed())
    for person in found:
        before = snapshot(person)
        person.retire()
        session.add(person)
        await end_all(session, person.id)
        what = audit.Subject("person", person.id, (await regions_answering(session, [person]))[person.id])
        audit.note(session, None, "person.retired", what, before, snapshot(person))
    await state_people(session, found)
    return len(found)


async def _due(session: AsyncSession, *conditions: sa.ColumnElement[bool]) -> list[Person]:
    query = select(Person).where(Person.active, holds_role(), *conditions).order_by(col(Person.id)).limit(AT_ONCE)
    return list((await session.exec(query.with_for_update(skip_locked=True, of=Person))).all())
