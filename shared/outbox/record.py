"""Recording a fact beside the change it tells of, in one transaction."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.contracts.message import Fact
from shared.db.session import ring, tables_of
from shared.telemetry.correlation import correlation_id

BELL = "outbox"


async def record(session: AsyncSession, *facts: Fact) -> None:
    """Write `facts` to the outbox of the service `session` belongs to; the relay publishes them in this order after the commit."""
    if facts:
        await session.flush()
        connection = await session.connection()
        await connection.execute(sa.insert(tables_of(session).outbox), rows(facts))
        ring(session, BELL)


def rows(facts: Sequence[Fact]) -> list[dict[str, object]]:
    """Return `facts` as rows of the outbox."""
    current = correlation_id.get()
    stamped = [fact if fact.correlation_id else fact.model_copy(update={"correlation_id": current}) for fact in facts]
    return [
        {
            "message_id": fact.id,
            "stream": fact.stream,
            "subject": fact.address(),
            "aggregate_id": fact.aggregate(),
            "aggregate_version": fact.version,
            "headers": {"X-Correlation-Id": fact.correlation_id} if fact.correlation_id else {},
            "payload": fact.encoded(),
            "created_at": fact.at,
        }
        for fact in stamped
    ]
