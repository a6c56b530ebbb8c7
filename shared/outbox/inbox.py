"""Hearing a message once, however often the broker delivers it."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import now
from shared.db.session import tables_of


async def first_time(session: AsyncSession, consumer: str, message_id: UUID) -> bool:
    """Note that `consumer` heard `message_id`, in the transaction of the effect; False where it had heard it before."""
    connection = await session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(tables_of(session).inbox).values(consumer=consumer, message_id=message_id, heard_at=now())
    result = await connection.execute(statement.on_conflict_do_nothing())
    return bool(result.rowcount)


async def forget(session: AsyncSession, consumer: str) -> int:
    """Forget all `consumer` has heard, before its stream is replayed; returns how many messages that were."""
    connection = await session.connection()
    inbox = tables_of(session).inbox
    return (await connection.execute(sa.delete(inbox).where(inbox.c.consumer == consumer))).rowcount
