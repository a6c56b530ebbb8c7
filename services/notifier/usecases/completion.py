"""When a send is over: every one of its deliveries has reached an end, and the sums are told."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifier import ledger
from services.notifier.models import Send
from services.notifier.tables import delivery, send
from shared.clock import now
from shared.contracts.notifier import SendCompleted
from shared.outbox import record

ENDS = ("sent", "failed", "suppressed", "unknown")


async def complete(session: AsyncSession, *send_ids: UUID) -> int:
    """Close those sends (all, without `send_ids`) in which nothing remains to be done, and tell their sums."""
    await session.flush()
    connection = await session.connection()
    open_ = sa.exists().where(delivery.c.send_id == send.c.id, delivery.c.due_at.is_not(None))
    over = sa.update(send).where(send.c.completed_at.is_(None), ~open_)
    if send_ids:
        over = over.where(send.c.id.in_(send_ids))
    closed = over.values(completed_at=now(), version=send.c.version + 1)
    rows = (await connection.execute(closed.returning(send.c.id, send.c.about, send.c.kind, send.c.version))).all()
    for row in rows:
        await session.get(Send, row.id, populate_existing=True)
        # Only invitations are told of: the facts do not say which kind of send they are about.
        if row.kind == "invitation":
            await _tell(session, row.id, row.about, row.version)
    return len(rows)


async def _tell(session: AsyncSession, send_id: UUID, about: UUID, version: int) -> None:
    counted = sa.select(delivery.c.state, sa.func.count()).where(delivery.c.send_id == send_id)
    connection = await session.connection()
    rows = (await connection.execute(counted.group_by(delivery.c.state))).all()
    sums = {**dict.fromkeys(ENDS, 0), **{row[0]: row[1] for row in rows}}
    fact = SendCompleted(send_id=send_id, about=about, version=version, audience=sum(sums.values()), **sums)
    await record(session, fact)


async def expire(session: AsyncSession) -> int:
    """End what is too late to send, and close what that completes; returns how many mails that were."""
    ended = await ledger.expire(await session.connection())
    await complete(session)
    return ended
