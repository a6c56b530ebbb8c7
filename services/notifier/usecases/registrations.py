"""What follows when somebody answers a webinar."""

from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifier.ledger import Owed, owe_one, suppress
from services.notifier.models import Registration, Webinar
from services.notifier.tables import alone, delivery
from services.notifier.usecases.cancelling import tell_one
from services.notifier.usecases.completion import complete
from shared.clock import now
from shared.contracts.events import RegistrationRecorded
from shared.db.session import ring

PATIENCE = timedelta(days=1)
"""How long a confirmation waits for the webinar it is about to be heard of."""

COPIED = {"webinar_id", "person_id", "version", "state"}


async def note_registration(session: AsyncSession, fact: RegistrationRecorded) -> None:
    """Take an answer over: confirm a new registration, drop what an answer made needless."""
    connection = await alone(session, f"webinar {fact.webinar_id}")
    known = await session.get(Registration, fact.registration_id, populate_existing=True)
    if known is not None and known.version >= fact.version:
        return
    was = known.state if known else None
    if known is None:
        known = Registration(id=fact.registration_id, **fact.model_dump(include=COPIED))
    known.version, known.state = fact.version, fact.state
    session.add(known)
    await session.flush()
    webinar = await session.get(Webinar, fact.webinar_id, populate_existing=True)
    if fact.state != "registered":
        await _drop(session, fact, webinar)
    elif webinar is not None and webinar.status == "cancelled":
        await tell_one(session, webinar, fact.person_id)
    elif was != "registered":
        not_after = webinar.starts_at if webinar else fact.at + PATIENCE
        if not_after > now():
            subject = fact.registration_id
            owed = Owed("registration_confirmation", subject, fact.version, not_after, fact.webinar_id)
            await owe_one(connection, owed, fact.person_id)
            ring(session, "deliveries")


async def _drop(session: AsyncSession, fact: RegistrationRecorded, webinar: Webinar | None) -> None:
    connection = await session.connection()
    confirmation = (delivery.c.subject_id == fact.registration_id, delivery.c.kind == "registration_confirmation")
    await suppress(connection, fact.state, *confirmation)
    if webinar is not None and webinar.status == "cancelled":
        cancellation = (delivery.c.webinar_id == webinar.id, delivery.c.kind == "webinar_cancellation")
        await suppress(connection, fact.state, delivery.c.person_id == fact.person_id, *cancellation)
        await complete(session)
