"""Who is invited: everybody the rule names when a webinar is published, and whoever comes to match it before it starts."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifier.audience import concerned
from services.notifier.ledger import Owed, owe
from services.notifier.models import Send, Webinar
from services.notifier.tables import alone, delivery, preference, recipient
from services.notifier.usecases.completion import complete
from shared.clock import now
from shared.contracts.notifier import AudienceFrozen
from shared.db.session import ring
from shared.outbox import record

BELL = "deliveries"


async def freeze(session: AsyncSession, webinar: Webinar) -> Send:
    """Write down one invitation for each person the webinar is for, and count them."""
    made = Send(about=webinar.id, kind="invitation", revision=webinar.version)
    session.add(made)
    await session.flush()
    made.frozen = await _invite(await session.connection(), webinar, made, None)
    session.add(made)
    await _state(session, made)
    ring(session, BELL)
    await complete(session, made.id)
    return made


async def invite_late(session: AsyncSession, webinar: Webinar, person_id: UUID | None = None) -> int:
    """Invite those who match by now and have no invitation: one person, or whoever there is; returns how many that were."""
    connection = await alone(session, f"webinar {webinar.id}")
    sent = select(Send).where(Send.about == webinar.id, Send.kind == "invitation")
    send = (await session.exec(sent.execution_options(populate_existing=True))).one_or_none()
    await session.refresh(webinar)
    if send is None or not webinar.invites:
        return 0
    joined = await _invite(connection, webinar, send, person_id)
    if joined:
        send.grew(joined)
        session.add(send)
        await _state(session, send)
        ring(session, BELL)
        await complete(session, send.id)
    return joined


async def reconcile(session: AsyncSession) -> int:
    """Invite whoever was missed: people stated while a webinar was being published; returns how many."""
    coming = select(Webinar).where(Webinar.status == "published", Webinar.starts_at > now()).order_by(col(Webinar.id))
    return sum([await invite_late(session, webinar) for webinar in (await session.exec(coming)).all()])


async def _invite(connection: AsyncConnection, webinar: Webinar, send: Send, person_id: UUID | None) -> int:
    had = delivery.alias()
    invited = sa.exists().where(
        had.c.person_id == recipient.c.person_id,
        had.c.kind == "webinar_invitation",
        had.c.webinar_id == webinar.id,
    )
    people = sa.select(recipient.c.person_id).where(concerned(webinar), ~invited)
    if person_id is not None:
        people = people.where(recipient.c.person_id == person_id)
    owed = Owed("webinar_invitation", webinar.id, send.revision, webinar.starts_at, webinar.id, send.id)
    return await owe(connection, owed, people, _unwanted())


def _unwanted() -> sa.ColumnElement[str]:
    declined = sa.exists().where(
        preference.c.person_id == recipient.c.person_id,
        preference.c.topic == "webinars",
        preference.c.wanted.is_(False),
    )
    return sa.case((recipient.c.email == "", "no_address"), (declined, "preference"), else_=sa.null())


async def _state(session: AsyncSession, send: Send) -> None:
    fact = AudienceFrozen(send_id=send.id, about=send.about, audience=send.audience, version=send.version)
    await record(session, fact)
