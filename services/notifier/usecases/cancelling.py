"""Taking back invitations to a webinar that will not be held."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifier.ledger import REACHED, REQUESTS, Owed, owe, suppress
from services.notifier.models import Send, Webinar
from services.notifier.tables import delivery, recipient, registration
from services.notifier.usecases.completion import complete
from shared.db.session import ring


async def withdraw(session: AsyncSession, webinar: Webinar) -> None:
    """Drop the mail about it that has not gone out, and owe a cancellation to everybody who may count on it."""
    connection = await session.connection()
    await suppress(connection, "cancelled", delivery.c.webinar_id == webinar.id, delivery.c.kind.in_(REQUESTS))
    await _tell(session, webinar, _concerned(webinar))
    await complete(session)


async def tell_one(session: AsyncSession, webinar: Webinar, person_id: UUID) -> None:
    """Tell a person whose answer was heard only after the cancellation; nobody is told twice."""
    only = sa.select(sa.literal(person_id, sa.Uuid()).label("person_id")).subquery()
    await _tell(session, webinar, only)
    await complete(session)


async def _tell(session: AsyncSession, webinar: Webinar, people: sa.FromClause) -> None:
    connection = await session.connection()
    query = select(Send).where(Send.about == webinar.id, Send.kind == "cancellation")
    send = (await session.exec(query.execution_options(populate_existing=True))).one_or_none()
    made = send or Send(about=webinar.id, kind="cancellation", revision=webinar.version)
    if send is None:
        if (await connection.execute(sa.select(people).limit(1))).first() is None:
            return
        session.add(made)
        await session.flush()
    told = sa.exists().where(
        delivery.c.person_id == people.c.person_id,
        delivery.c.kind == "webinar_cancellation",
        delivery.c.webinar_id == webinar.id,
    )
    joined = people.outerjoin(recipient, recipient.c.person_id == people.c.person_id)
    those: sa.Select[Any] = sa.select(people.c.person_id).select_from(joined).where(~told)
    owed = Owed("webinar_cancellation", webinar.id, made.revision, webinar.ends_at, webinar.id, made.id)
    count = await owe(connection, owed, those, _unreachable())
    if send is None:
        made.frozen = count
    elif count:
        made.grew(count)
    session.add(made)
    ring(session, "deliveries")


def _concerned(webinar: Webinar) -> sa.FromClause:
    # What was sent to somebody who is erased, or stood twice, is nobody's by now: there is nobody to tell.
    somebody = sa.exists().where(recipient.c.person_id == delivery.c.person_id)
    asked = sa.select(delivery.c.person_id).where(
        delivery.c.webinar_id == webinar.id, delivery.c.kind.in_(REQUESTS), delivery.c.state.in_(REACHED), somebody
    )
    answers = sa.select(registration.c.person_id).where(registration.c.webinar_id == webinar.id)
    coming = answers.where(registration.c.state == "registered")
    away = answers.where(registration.c.state != "registered")
    both = sa.union(asked, coming).subquery()
    return sa.select(both.c.person_id).where(both.c.person_id.not_in(away)).subquery()


def _unreachable() -> sa.ColumnElement[Any]:
    return sa.case(
        (recipient.c.active.is_(False), "inactive"),
        (recipient.c.email == "", "no_address"),
        else_=sa.null(),
    )
