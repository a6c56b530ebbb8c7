"""People whose record was merged into another: what is heard, kept or asked under the id they had is the survivor's.

A service that keeps people's ids has the table, carries what it keeps over when it hears of a merge, and asks `standing` whose a
late message or an old link is.
"""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.auth.forgetting import MOST_ASKED, forgotten_among
from shared.db.locks import hold

PEOPLE = "people"
"""Held alone while one record becomes another, and together by whoever writes down something of a person."""


def merged_table(target: sa.MetaData) -> sa.Table:
    """Add the table to a service's metadata: an id of old, and the one that stands for it at the end of all merges heard of."""
    return sa.Table(
        "merged_person",
        target,
        sa.Column("person_id", sa.Uuid, primary_key=True),
        sa.Column("into_id", sa.Uuid, nullable=False, index=True),
    )


async def standing(session: AsyncSession, table: sa.Table, person_id: UUID, *, to_write: bool = False) -> UUID:
    """Return the id that stands for `person_id`, itself where nobody merged it; it stays so until the end with `to_write`."""
    if to_write:
        await hold(session, PEOPLE, together=True)
    into = sa.select(table.c.into_id).where(table.c.person_id == person_id)
    found: UUID | None = (await (await session.connection()).execute(into)).scalar_one_or_none()
    return found or person_id


async def standing_among(session: AsyncSession, table: sa.Table, ids: Collection[UUID]) -> set[UUID]:
    """Return the ids that stand for `ids`; they stay so until the transaction ends."""
    await hold(session, PEOPLE, together=True)
    connection, asked, into = await session.connection(), list(ids), dict[UUID, UUID]()
    for start in range(0, len(asked), MOST_ASKED):
        query = sa.select(table).where(table.c.person_id.in_(asked[start : start + MOST_ASKED]))
        into |= {row.person_id: row.into_id for row in await connection.execute(query)}
    return {into.get(one, one) for one in asked}


async def every_id(session: AsyncSession, table: sa.Table, person_id: UUID) -> list[UUID]:
    """Return a person's id and those of the records merged into theirs; none is added until the transaction ends."""
    await hold(session, PEOPLE)
    query = sa.select(table.c.person_id).where(table.c.into_id == person_id).order_by(table.c.person_id)
    return [person_id, *(await (await session.connection()).execute(query)).scalars()]


async def note_merged(session: AsyncSession, table: sa.Table, person_id: UUID, into: UUID) -> UUID | None:
    """Have `into`, or what that was merged into, stand for `person_id`, and return it: what is kept is to be carried over to it.

    None where either is erased: then nothing of either is to be kept. May be done again, and in any order of merges.
    """
    await hold(session, PEOPLE)
    survivor = await standing(session, table, into)
    if survivor == person_id or await forgotten_among(session, [survivor, person_id]):
        return None
    connection = await session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = insert(table).values(person_id=person_id, into_id=survivor)
    await connection.execute(
        row.on_conflict_do_update(index_elements=["person_id"], set_={"into_id": row.excluded.into_id})
    )
    await connection.execute(sa.update(table).where(table.c.into_id == person_id).values(into_id=survivor))
    return survivor


async def forget_merged(session: AsyncSession, table: sa.Table, ids: Collection[UUID]) -> None:
    """Keep nothing of what stood for what among `ids`."""
    told = sa.or_(table.c.person_id.in_(ids), table.c.into_id.in_(ids))
    await (await session.connection()).execute(sa.delete(table).where(told))
