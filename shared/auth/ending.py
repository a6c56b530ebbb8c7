"""What every service does when a session ends: remember it until its tokens would have run out anyway."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import now
from shared.contracts.partners import SessionEnded
from shared.db.session import tables_of


async def note_ended(session: AsyncSession, fact: SessionEnded) -> None:
    """Accept the session of `fact` no longer, and forget those whose time is over."""
    table = tables_of(session).ended_sessions
    connection = await session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = insert(table).values(session_id=fact.session_id, expires_at=fact.expires_at)
    await connection.execute(row.on_conflict_do_nothing())
    await connection.execute(sa.delete(table).where(table.c.expires_at < now()))
