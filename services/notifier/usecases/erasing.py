"""Forgetting a person: nothing more is sent, what was sent is nobody's, and the mail store is asked to throw theirs away."""

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifier.ledger import suppress
from services.notifier.models import MERGED, MailToForget, Recipient
from services.notifier.tables import (
    delivery,
    earlier_address,
    preference,
    recipient,
    recipient_focus_area,
    recipient_region,
    registration,
    segment_member,
)
from services.notifier.usecases.completion import complete
from shared import audit
from shared.auth.forgetting import forget
from shared.auth.merged import every_id, forget_merged
from shared.contracts.notifier import NotifierErased
from shared.contracts.partners import PersonStated
from shared.db.session import ring
from shared.ids import new_id
from shared.outbox import record

BELL = "mail_to_forget"
THEIRS = (
    *(recipient_region, recipient_focus_area, segment_member, preference, registration, earlier_address),
    recipient,
)


async def erase(session: AsyncSession, fact: PersonStated) -> None:
    """Keep nothing that tells who a person was, under any id they had; that it is so is said once the mail store has answered."""
    person_id, connection = fact.person_id, await session.connection()
    ids = await every_id(session, MERGED, person_id)
    addresses = await _addresses(session, ids)
    for one in ids:
        await forget(session, one)
    own = delivery.c.person_id.in_(ids)
    await suppress(connection, "erased", own)
    nobody = new_id()
    await connection.execute(sa.update(delivery).where(own).values(person_id=nobody, content={}, last_error=None))
    for one in ids:
        # Letters to others that say who they are, or that an answer goes to them.
        about = sa.cast(delivery.c.content, sa.Text).contains(str(one))
        await suppress(connection, "erased", about)
        await connection.execute(sa.update(delivery).where(about).values(content={}))
    for table in THEIRS:
        await connection.execute(sa.delete(table).where(table.c.person_id.in_(ids)))
    await forget_merged(session, MERGED, ids)
    for one in ids:
        await audit.erase(session, one, addresses)
    session.add_all(
        MailToForget(person_id=person_id, nobody=nobody, address=address, version=fact.version)
        for address in sorted(addresses) or [""]
    )
    await complete(session)
    ring(session, BELL)


async def _addresses(session: AsyncSession, ids: Collection[UUID]) -> set[str]:
    known = (await session.exec(select(Recipient).where(col(Recipient.person_id).in_(ids)))).all()
    earlier = sa.select(earlier_address.c.address).where(earlier_address.c.person_id.in_(ids))
    found = set((await (await session.connection()).execute(earlier)).scalars())
    return found.union(*((one.email, one.pending_email, one.refused_email) for one in known)) - {""}


async def waiting(session: AsyncSession) -> Sequence[MailToForget]:
    """Return what the mail store is still to be asked, but for people to whom a mail is on its way this very moment."""
    sending = sa.exists().where(delivery.c.person_id == MailToForget.nobody, delivery.c.state == "handing_over")
    return (await session.exec(select(MailToForget).where(~sending).order_by(col(MailToForget.asked_at)))).all()


async def done(session: AsyncSession, one: MailToForget) -> None:
    """Note that the store keeps nothing at an address; once that is so for all of a person's, the registry is told."""
    await session.exec(sa.delete(MailToForget).where(col(MailToForget.id) == one.id))
    left = select(MailToForget.id).where(MailToForget.person_id == one.person_id)
    if (await session.exec(left)).first() is None:
        await record(session, NotifierErased(person_id=one.person_id, version=one.version))
