"""Two records that turned out to be one person: mail, answers and wishes of the one are the other's from now on."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifier.ledger import pass_to, suppress
from services.notifier.library_letters import REPLY_TO
from services.notifier.models import MERGED, TOPICS, Kind, Preference, Recipient, Registration
from services.notifier.tables import alone, delivery, earlier_address, insert, recipient, registration, segment_member
from services.notifier.usecases.completion import complete
from services.notifier.usecases.registrations import replace
from shared.auth.merged import note_merged
from shared.db.session import ring

STAYS: tuple[Kind, ...] = ("sign_in", "confirm_email", "inactive_soon", "inactive_last")
"""Mail about the record itself, which nobody needs when there is another."""


async def carry(session: AsyncSession, person_id: UUID, into: UUID) -> None:
    """Have all that is `person_id`'s be `into`'s; may be done again. The narrower wish holds, and nobody is written to twice."""
    survivor = await note_merged(session, MERGED, person_id, into)
    if survivor is None:
        return
    connection = await session.connection()
    for table in (delivery, registration):
        about = sa.select(table.c.webinar_id).where(table.c.person_id == person_id, table.c.webinar_id.is_not(None))
        for webinar_id in sorted((await connection.execute(about.distinct())).scalars()):
            await alone(session, f"webinar {webinar_id}")
    await _addresses(session, person_id, survivor)
    await _answers(session, person_id, survivor)
    await suppress(connection, "merged", delivery.c.person_id == person_id, delivery.c.kind.in_(STAYS))
    await pass_to(connection, person_id, survivor)
    await _answers_to(session, person_id, survivor)
    await _wishes(session, person_id, survivor)
    member = segment_member.c.person_id == person_id
    already = sa.select(segment_member.c.segment_id).where(segment_member.c.person_id == survivor)
    await connection.execute(sa.delete(segment_member).where(member, segment_member.c.segment_id.in_(already)))
    await connection.execute(sa.update(segment_member).where(member).values(person_id=survivor))
    await complete(session)
    ring(session, "deliveries")


async def _answers_to(session: AsyncSession, person_id: UUID, survivor: UUID) -> None:
    """Have answers to letters that wait go to the survivor."""
    waits = delivery.c.due_at.is_not(None)
    asked = sa.select(delivery.c.id, delivery.c.content).where(
        waits, sa.cast(delivery.c.content, sa.Text).contains(str(person_id))
    )
    connection = await session.connection()
    for one in (await connection.execute(asked.order_by(delivery.c.id).with_for_update())).all():
        content = {**one.content, REPLY_TO: str(survivor)}
        await connection.execute(sa.update(delivery).where(delivery.c.id == one.id).values(content=content))


async def _addresses(session: AsyncSession, person_id: UUID, survivor: UUID) -> None:
    """Write to the record no more, but remember where mail lies, and that a server refused an address the survivor has too."""
    connection = await session.connection()
    own = earlier_address.c.person_id == person_id
    found = set((await connection.execute(sa.select(earlier_address.c.address).where(own))).scalars())
    known = await session.get(Recipient, person_id, populate_existing=True)
    refused = known.refused_email if known else ""
    found |= {known.email, known.pending_email, known.refused_email} - {""} if known else set()
    await connection.execute(sa.delete(earlier_address).where(own))
    await connection.execute(
        sa.update(recipient)
        .where(recipient.c.person_id == person_id)
        .values(active=False, email="", pending_email="", refused_email="")
    )
    if found:
        rows = [{"person_id": survivor, "address": address} for address in sorted(found)]
        await connection.execute(insert(connection, earlier_address).values(rows).on_conflict_do_nothing())
    if refused:
        theirs = (recipient.c.person_id == survivor, recipient.c.email == refused)
        await connection.execute(sa.update(recipient).where(*theirs).values(refused_email=refused))


async def _answers(session: AsyncSession, person_id: UUID, survivor: UUID) -> None:
    given = {one.webinar_id: one for one in await _given(session, survivor)}
    for answer in await _given(session, person_id):
        other = given.get(answer.webinar_id)
        stands, goes = sorted((answer, other), key=lambda one: one.weight) if other else (answer, None)
        if goes is not None:
            await replace(session, goes)
        stands.person_id = survivor
        session.add(stands)
    await session.flush()


async def _given(session: AsyncSession, person_id: UUID) -> list[Registration]:
    query = select(Registration).where(Registration.person_id == person_id).order_by(col(Registration.webinar_id))
    return list((await session.exec(query, execution_options={"populate_existing": True})).all())


async def _wishes(session: AsyncSession, person_id: UUID, survivor: UUID) -> None:
    """What either did not want, the person does not."""
    for wish in (await session.exec(select(Preference).where(Preference.person_id == person_id))).all():
        key: Any = (survivor, wish.topic)
        other = await session.get(Preference, key, populate_existing=True)
        if other is None or (other.wanted and not wish.wanted):
            kept = Preference(person_id=survivor, topic=wish.topic, wanted=wish.wanted, changed_at=wish.changed_at)
            await session.merge(kept)
        await session.delete(wish)
    await session.flush()
    refused = select(Preference).where(Preference.person_id == survivor, col(Preference.wanted).is_(False))
    for wish in (await session.exec(refused)).all():
        own = (delivery.c.person_id == survivor, delivery.c.kind == TOPICS[wish.topic])
        await suppress(await session.connection(), "preference", *own)
