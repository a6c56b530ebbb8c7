"""Answers to webinars: yes, no, and no longer."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.errors import Full
from services.events.models import MERGED, Answer, Registration, Source, Webinar
from services.events.queries import known_to_be_erased, registered_counts, registration
from services.events.queries import webinar as webinar_of
from shared.auth.merged import standing
from shared.contracts.events import RegistrationRecorded
from shared.errors import NotFound
from shared.outbox import record


async def register(session: AsyncSession, webinar_id: UUID, person_id: UUID, source: Source = "self") -> Registration:
    """Give a person a place; raises NotFound, Cancelled, Begun, Full."""
    return await answer(session, webinar_id, person_id, "registered", source)


async def decline(session: AsyncSession, webinar_id: UUID, person_id: UUID, source: Source = "self") -> Registration:
    """Note that a person will not come; raises NotFound, Cancelled, Begun."""
    return await answer(session, webinar_id, person_id, "declined", source)


async def withdraw(session: AsyncSession, webinar_id: UUID, person_id: UUID, source: Source = "self") -> Registration:
    """Take a person's place back; raises NotFound, Cancelled, Begun, NotRegistered."""
    return await answer(session, webinar_id, person_id, "withdrawn", source)


async def answer(
    session: AsyncSession, webinar_id: UUID, person_id: UUID, state: Answer, source: Source
) -> Registration:
    """Take a person's answer, by whatever id they once had; the same answer again changes nothing and says nothing."""
    person_id = await standing(session, MERGED, person_id, to_write=True)
    about = await webinar_of(session, webinar_id, to_change=True)
    if about.status == "draft" or await known_to_be_erased(session, person_id):
        raise NotFound
    about.takes_answers()
    found = await registration(session, webinar_id, person_id) or Registration(
        webinar_id=webinar_id, person_id=person_id, state=state, source=source
    )
    if state == "registered" and not found.holds_place:
        await _has_room(session, about)
    if found.answer(state, source):
        session.add(found)
        await record(session, told(found))
    return found


async def _has_room(session: AsyncSession, about: Webinar) -> None:
    # The webinar's row is held, so nobody takes the last place meanwhile.
    if about.capacity is None:
        return
    taken = (await registered_counts(session, [about.id])).get(about.id, 0)
    if taken >= about.capacity:
        raise Full(capacity=about.capacity)


def told(found: Registration) -> RegistrationRecorded:
    """Return the fact that says how an answer stands."""
    return RegistrationRecorded(
        version=found.version,
        registration_id=found.id,
        webinar_id=found.webinar_id,
        person_id=found.person_id,
        state=found.state,
    )
