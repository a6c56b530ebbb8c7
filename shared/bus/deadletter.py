"""Messages a service could not digest: kept in its own database with payload and reason, shown and replayed from there."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from nats.aio.msg import Msg
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import now
from shared.db.session import Database, tables_of
from shared.errors import NotFound
from shared.ids import new_id

Park = Callable[[Msg, str], Awaitable[None]]


def parking(database: Database) -> Park:
    """Return the function that parks a message in `database`, once however often it is asked to."""

    async def park(raw: Msg, reason: str) -> None:
        async with database.writing() as session:
            connection = await session.connection()
            insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            statement = insert(database.tables.parked).values(
                id=new_id(),
                consumer=raw.metadata.consumer,
                stream=raw.metadata.stream,
                stream_seq=raw.metadata.sequence.stream,
                subject=raw.subject,
                headers=dict(raw.headers or {}),
                payload=raw.data,
                reason=reason[:4_000],
                deliveries=raw.metadata.num_delivered,
                parked_at=now(),
            )
            await connection.execute(statement.on_conflict_do_nothing())

    return park


async def parked(session: AsyncSession, *, replayed: bool = False) -> list[Any]:
    """Return the parked messages, oldest first; those already replayed only where asked for."""
    table = tables_of(session).parked
    query = sa.select(table).order_by(table.c.parked_at)
    if not replayed:
        query = query.where(table.c.replayed_at.is_(None))
    return list((await (await session.connection()).execute(query)).all())


async def parked_one(session: AsyncSession, parked_id: UUID) -> Any:
    """Return one parked message; raises NotFound."""
    table = tables_of(session).parked
    row = (await (await session.connection()).execute(sa.select(table).where(table.c.id == parked_id))).one_or_none()
    if row is None:
        raise NotFound
    return row


async def mark_replayed(session: AsyncSession, parked_id: UUID) -> bool:
    """Note in the transaction of its effect that a parked message was replayed; False where it had been before."""
    table = tables_of(session).parked
    claim = sa.update(table).where(table.c.id == parked_id, table.c.replayed_at.is_(None)).values(replayed_at=now())
    return bool((await (await session.connection()).execute(claim)).rowcount)
