"""Forgetting people: what every service does when the registry says that somebody is erased.

Of a person's id only its mark is kept, a digest that leads nowhere: enough to know an old message about them when it comes back.
"""

import re
from collections.abc import Collection
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import now
from shared.db.session import ring, tables_of

ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MOST_ASKED = 500
BELL = "forgotten"
"""Rung when somebody was forgotten: housekeeping then takes their bytes off the disk without waiting for its hour."""


def mark_of(person_id: UUID) -> str:
    """Return the 64 characters a forgotten person is known again by. Ids are random, so nobody finds one by trying."""
    return sha256(str(person_id).encode()).hexdigest()


def ids_in(text: bytes) -> set[UUID]:
    """Return the ids that stand in a message."""
    return {UUID(one.decode()) for one in ID.findall(text)}


async def forgotten(session: AsyncSession, person_id: UUID | None) -> bool:
    """Whether this was the id of somebody who is erased."""
    return person_id is not None and bool(await forgotten_among(session, [person_id]))


async def forgotten_among(session: AsyncSession, ids: Collection[UUID]) -> set[UUID]:
    """Return those of `ids` that were the id of somebody who is erased."""
    table, connection = tables_of(session).forgotten, await session.connection()
    marks = {mark_of(one): one for one in ids}
    asked, found = list(marks), set[UUID]()
    for start in range(0, len(asked), MOST_ASKED):
        query = sa.select(table.c.mark).where(table.c.mark.in_(asked[start : start + MOST_ASKED]))
        found |= {marks[mark] for mark in (await connection.execute(query)).scalars()}
    return found


async def forget(session: AsyncSession, person_id: UUID) -> None:
    """Keep nothing of a person in the tables every service has but their mark; may be done again."""
    tables, connection = tables_of(session), await session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    marked = insert(tables.forgotten).values(mark=mark_of(person_id), forgotten_at=now())
    await connection.execute(marked.on_conflict_do_nothing())
    await connection.execute(sa.delete(tables.access).where(tables.access.c.person_id == person_id))
    replies, outbox, parked = tables.replies, tables.outbox, tables.parked
    told = sa.cast(replies.c.body, sa.Text).like(f"%{person_id}%")
    await connection.execute(sa.delete(replies).where(sa.or_(replies.c.actor == str(person_id), told)))
    said = sa.or_(outbox.c.aggregate_id == person_id, _holds(connection.dialect.name, outbox.c.payload, person_id))
    await connection.execute(sa.delete(outbox).where(outbox.c.published_at.is_not(None), said))
    heard = sa.or_(
        parked.c.subject.endswith(str(person_id)), _holds(connection.dialect.name, parked.c.payload, person_id)
    )
    await connection.execute(sa.delete(parked).where(heard))
    ring(session, BELL)


def _holds(dialect: str, column: sa.ColumnElement[bytes], person_id: UUID) -> sa.ColumnElement[bool]:
    needle = sa.literal(str(person_id).encode(), sa.LargeBinary)
    found: sa.ColumnElement[int] = (
        sa.func.instr(column, needle) if dialect == "sqlite" else sa.func.position(needle.op("IN")(column))
    )
    return found > 0
