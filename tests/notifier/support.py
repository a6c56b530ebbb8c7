"""Facts as other services would state them, a sender without waiting, and what lies in the mailbox afterwards."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from services.notifier.addresses import Links
from services.notifier.fail_points import FailPoint, nothing
from services.notifier.ledger import Claim
from services.notifier.mails import Mailroom
from services.notifier.sending import Pace, Sender
from services.notifier.tables import delivery
from services.notifier.transport import Route, Server
from services.notifier.usecases import alerts, letters, people, registrations, segments, webinars
from shared.clock import now
from shared.contracts.events import Audience, RegistrationRecorded, WebinarCancelled, WebinarPublished
from shared.contracts.knowledge import CaseChangesRequested, LibraryLetterAsked
from shared.contracts.message import Fact
from shared.contracts.partners import (
    LetterAsked,
    LetterWithdrawn,
    PersonStated,
    RegionRecorded,
    SegmentStated,
    SignInRequested,
)
from shared.db.session import Database
from shared.ids import new_id
from shared.outbox import first_time
from tests.support.smtp_faults import FaultySink

KEY = b"a key for tests"
BASE = "https://kb.example.org"
ROOM = Mailroom("Koblingsboks <post@kb.example.org>", "kb.example.org", Links(BASE, KEY))
HANDLERS: dict[type[Fact], Any] = {
    PersonStated: people.note_person,
    RegionRecorded: people.note_region,
    WebinarPublished: webinars.note_published,
    WebinarCancelled: webinars.note_cancelled,
    RegistrationRecorded: registrations.note_registration,
    LetterAsked: letters.note_asked,
    LibraryLetterAsked: letters.note_asked_by_library,
    LetterWithdrawn: letters.note_withdrawn,
    SegmentStated: segments.note_segment,
    SignInRequested: alerts.note_sign_in,
    CaseChangesRequested: alerts.note_changes_requested,
}


async def hear(database: Database, *facts: Fact) -> None:
    """Digests facts as the bus would: each in a transaction with its inbox row."""
    for fact in facts:
        async with database.writing() as session:
            if await first_time(session, fact.durable("notifier"), fact.id):
                await HANDLERS[type(fact)](session, fact)


def person(number: int = 1, **changes: Any) -> PersonStated:
    values: dict[str, Any] = {
        "person_id": new_id(),
        "version": 1,
        "name": f"Kari Nordmann {number}",
        "email": f"kari{number}@partner.example",
        "regions": ["vestland"],
        "focus_areas": ["scope3"],
    }
    return PersonStated(**{**values, **changes})


def again(fact: Any, **changes: Any) -> Any:
    """The next statement about the same thing."""
    return fact.model_copy(update={"id": new_id(), "version": fact.version + 1, **changes})


def published(
    starts_in: timedelta = timedelta(days=7), audience: Audience | None = None, **changes: Any
) -> WebinarPublished:
    start = (now() + starts_in).replace(minute=0, second=0, microsecond=0)
    values: dict[str, Any] = {
        "webinar_id": new_id(),
        "version": 2,
        "sequence": 0,
        "uid": f"{new_id()}@kb.example.org",
        "title": "Klimakrav i anskaffelser: fra ambisjon til anbud",
        "summary": "Tre innkjøpere viser kravene de brukte.\n\nOg hva de kostet.",
        "language": "nb",
        "audience": audience or Audience(scope="national"),
        "starts_at": start,
        "ends_at": start + timedelta(hours=1),
        "local_start": start.replace(tzinfo=None) + timedelta(hours=1),
        "local_end": start.replace(tzinfo=None) + timedelta(hours=2),
        "time_zone": "Europe/Oslo",
    }
    return WebinarPublished(**{**values, **changes})


def cancelled(fact: WebinarPublished, reason: str = "Foredragsholderen er syk.") -> WebinarCancelled:
    values = fact.model_dump(exclude={"id", "at"})
    return WebinarCancelled(**{**values, "version": fact.version + 1, "sequence": fact.sequence + 1, "reason": reason})


def answered(
    webinar: WebinarPublished, who: PersonStated, state: str = "registered", version: int = 1
) -> RegistrationRecorded:
    return RegistrationRecorded(
        registration_id=new_id(), webinar_id=webinar.webinar_id, person_id=who.person_id, state=state, version=version
    )


def sender(database: Database, sink: FaultySink, fail_point: FailPoint = nothing, **route: Any) -> Sender:
    quick = {"timeout": 0.5, "backoff": (0.01,), **route}
    pace = Pace(again_in=timedelta(0), orphans_after=timedelta(0))
    return Sender(database, ROOM, Route(Server("127.0.0.1", sink.port), "kb.example.org", **quick), pace, fail_point)


async def drain(database: Database, sink: FaultySink, worker: Sender | None = None, slot: int = 0) -> None:
    """Sends until nothing is due."""
    worker = worker or sender(database, sink)
    claim = Claim(slot, new_id())
    while await worker.turn(claim):
        pass
    await worker._route.close()


async def rows(database: Database, *conditions: Any) -> Sequence[Any]:
    async with database.reading() as session:
        connection = await session.connection()
        return (await connection.execute(sa.select(delivery).where(*conditions).order_by(delivery.c.created_at))).all()


async def states(database: Database, kind: str = "webinar_invitation") -> dict[str, int]:
    found: dict[str, int] = {}
    for row in await rows(database, delivery.c.kind == kind):
        found[row.state] = found.get(row.state, 0) + 1
    return found


async def make_due(database: Database) -> None:
    """Lets the time pass that deferred mail waits."""
    async with database.writing() as session:
        due = sa.update(delivery).where(delivery.c.due_at.is_not(None))
        await (await session.connection()).execute(due.values(due_at=now() - timedelta(seconds=1)))


async def facts_said(database: Database) -> list[Any]:
    async with database.reading() as session:
        outbox = database.tables.outbox
        found = await (await session.connection()).execute(sa.select(outbox).order_by(outbox.c.seq))
        return list(found.all())


def mails(sink: FaultySink, to: str = "") -> list[EmailMessage]:
    """What the server kept, oldest first."""
    return [parsed(raw(sink, entry.id)) for entry in reversed(sink.mailbox.entries(to))]


def raw(sink: FaultySink, entry_id: str) -> bytes:
    return Path(sink.mailbox.folder / f"{entry_id}.eml").read_bytes()


def parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


async def together(*work: Any) -> None:
    await asyncio.gather(*work)


def at(moment: datetime) -> datetime:
    return moment
