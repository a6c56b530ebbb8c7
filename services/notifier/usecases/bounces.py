"""Addresses the mail server refuses for good: told to the registry once, and left alone until it knows another."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifier.tables import recipient
from shared.contracts.notifier import AddressRefused
from shared.outbox import record


async def note_refused(session: AsyncSession, person_id: UUID, email: str, reply: str) -> bool:
    """Hold back further mail to a person's address and tell the registry; False where it is known, or theirs no longer.

    The fact's version is the one of the statement that brought the address, so the registry sees whether it has changed since.
    """
    connection = await session.connection()
    theirs = sa.update(recipient).where(
        recipient.c.person_id == person_id,
        recipient.c.email == email,
        recipient.c.refused_email != email,
    )
    noted = theirs.values(refused_email=email).returning(recipient.c.version)
    version = (await connection.execute(noted)).scalar_one_or_none()
    if version is None:
        return False
    await record(session, AddressRefused(person_id=person_id, version=version, reply=reply))
    return True


async def note_taken(session: AsyncSession, person_id: UUID) -> None:
    """Let mail go to a person's address again: the server took one."""
    connection = await session.connection()
    await connection.execute(sa.update(recipient).where(recipient.c.person_id == person_id).values(refused_email=""))
