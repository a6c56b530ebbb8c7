"""What follows when somebody answers a webinar."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifier.ledger import Owed, owe_one, suppress
from services.notifier.models import MERGED, Registration, Webinar
from services.notifier.tables import alone, delivery
from services.notifier.usecases.cancelling import tell_one
from services.notifier.usecases.completion import complete
from shared.auth.merged import standing
from shared.clock import now
from shared.contracts.events import RegistrationRecorded
from shared.db.session import ring

COPIED = {"webinar_id", "version", "state"}
PATIENCE = timedelta(days=1)
"""How long a confirmation waits for the webinar it is about to be heard of."""


async def note_registration(session: AsyncSession, fact: RegistrationRecorded) -> None:
    """Take an answer over: confirm a new registration, drop what an answer made needless."""
    person_id = await standing(session, MERGED, fact.person_id, to_write=True)
    connection = await alone(session, f"webinar {fact.webinar_id}")
    before = await _before(session, fact, person_id)
    if any(one.version >= fact.version for one in before):
        return
    confirmed = any(one.state == "registered" for one in before)
    for one in before:
        if one.id != fact.registration_id:
            await replace(session, one)
    said = fact.model_dump(include=COPIED)
    await session.merge(Registration(id=fact.registration_id, person_id=person_id, **said))
    await session.flush()
    webinar = await session.get(Webinar, fact.webinar_id, populate_existing=True)
    if fact.state != "registered":
        await _drop(session, fact, person_id, webinar)
    elif webinar is not None and webinar.status == "cancelled":
        await tell_one(session, webinar, person_id)
    elif not confirmed:
        not_after = webinar.starts_at if webinar else fact.at + PATIENCE
        if not_after > now():
            subject = fact.registration_id
            owed = Owed("registration_confirmation", subject, fact.version, not_after, fact.webinar_id)
            await owe_one(connection, owed, person_id)
            ring(session, "deliveries")


async def replace(session: AsyncSession, gone: Registration) -> None:
    """Let go of an answer in whose place another one stands, and of its confirmation where that has not left."""
    confirmation = (delivery.c.subject_id == gone.id, delivery.c.kind == "registration_confirmation")
    await suppress(await session.connection(), "merged", *confirmation)
    await session.delete(gone)


async def _before(session: AsyncSession, fact: RegistrationRecorded, person_id: UUID) -> list[Registration]:
    """Return what was known of this answer, and any other of the same person to the same webinar."""
    theirs = (col(Registration.webinar_id) == fact.webinar_id, col(Registration.person_id) == person_id)
    same = [one for one in (fact.registration_id, fact.instead_of) if one is not None]
    query = select(Registration).where(sa.or_(col(Registration.id).in_(same), sa.and_(*theirs)))
    return list((await session.exec(query, execution_options={"populate_existing": True})).all())


async def _drop(session: AsyncSession, fact: RegistrationRecorded, person_id: UUID, webinar: Webinar | None) -> None:
    connection = await session.connection()
    confirmation = (delivery.c.subject_id == fact.registration_id, delivery.c.kind == "registration_confirmation")
    await suppress(connection, fact.state, *confirmation)
    if webinar is not None and webinar.status == "cancelled":
        cancellation = (delivery.c.webinar_id == webinar.id, delivery.c.kind == "webinar_cancellation")
        await suppress(connection, fact.state, delivery.c.person_id == person_id, *cancellation)
        await complete(session)
