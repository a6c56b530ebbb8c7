"""The one statement that is written for every mail, by the shortest way.

Recording "the mail before is sent, this one is being handed over" is a single UPDATE, so it needs no transaction round it and can
go to the driver as it stands: one trip instead of seven on SQLite, one instead of three on PostgreSQL. All other moves go through
the ledger's ordinary way, and so does this one when the short way fails.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlmodel.sql.sqltypes import UTCDateTime

from services.notifier.ledger import Claim
from services.notifier.tables import delivery
from shared.clock import now

NOBODY = UUID(int=0)


class Pen:
    """Writes the step of one mail on a connection that is in no transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        dialect = engine.dialect
        compiled = _step().compile(dialect=dialect)
        self._sql = str(compiled)
        self._slots: list[tuple[str, Callable[[Any], Any] | None]] = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in compiled.positiontup or ()
        ]
        self._fixed = compiled.params
        self._sqlite = dialect.name == "sqlite"

    async def step(
        self,
        connection: AsyncConnection,
        claim: Claim,
        before: UUID | None,
        this: UUID,
        message_id: str,
        dated_at: datetime,
    ) -> set[UUID]:
        """Record `before` as sent and `this` as being handed over; returns those of the two that were still ours."""
        given = {
            **self._fixed,
            "before": before or NOBODY,
            "this": this,
            "claim": claim.id,
            "moment": now(),
            "dated": dated_at,
            "message": message_id,
        }
        values = [process(given[name]) if process else given[name] for name, process in self._slots]
        driver: Any = (await connection.get_raw_connection()).driver_connection
        if self._sqlite:
            return {UUID(row[0]) for row in await driver.execute_fetchall(self._sql, values)}
        return {UUID(str(row[0])) for row in await driver.fetch(self._sql, *values)}


def _step() -> sa.Update:
    row = delivery.c
    before, this = sa.bindparam("before", type_=sa.Uuid()), sa.bindparam("this", type_=sa.Uuid())
    claim, moment = sa.bindparam("claim", type_=sa.Uuid()), sa.bindparam("moment", type_=UTCDateTime())
    dated, message = sa.bindparam("dated", type_=UTCDateTime()), sa.bindparam("message", type_=sa.String())
    done = row.id == before
    # "handing_over" too: should the answer of the first try have been lost, the second still finds its row.
    ready = sa.and_(row.id == this, sa.or_(row.state == "claimed", row.state == "handing_over"))
    return (
        sa.update(delivery)
        .where(row.claim_id == claim, sa.or_(ready, sa.and_(done, row.state == "handing_over")))
        .values(
            state=sa.case((done, "sent"), else_="handing_over"),
            reason=sa.null(),
            last_error=sa.case((done, sa.null()), else_=row.last_error),
            due_at=sa.case((done, sa.null()), else_=row.due_at),
            ended_at=sa.case((done, moment), else_=row.ended_at),
            claim_id=sa.case((done, sa.null()), else_=row.claim_id),
            slot=sa.case((done, sa.null()), else_=row.slot),
            message_id=sa.case((done, row.message_id), else_=message),
            dated_at=sa.case((done, row.dated_at), else_=dated),
            handed_over_at=sa.case((done, row.handed_over_at), else_=moment),
        )
        .returning(row.id)
    )
