"""The tables as Core sees them, and the few things the two databases say differently. Mail goes by the thousand: no objects."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifier.models import Base

delivery = Base.metadata.tables["delivery"]
send = Base.metadata.tables["send"]
recipient = Base.metadata.tables["recipient"]
recipient_region = Base.metadata.tables["recipient_region"]
recipient_focus_area = Base.metadata.tables["recipient_focus_area"]
segment_member = Base.metadata.tables["segment_member"]
earlier_address = Base.metadata.tables["earlier_address"]
registration = Base.metadata.tables["registration"]
mail_to_forget = Base.metadata.tables["mail_to_forget"]
preference = Base.metadata.tables["preference"]
withdrawn_letter = Base.metadata.tables["withdrawn_letter"]
webinar = Base.metadata.tables["webinar"]


class new_uuid(FunctionElement[Any]):
    """A fresh random id made by the database, for rows it makes itself."""

    type = sa.Uuid()
    inherit_cache = True


@compiles(new_uuid, "sqlite")
def _sqlite_uuid(_element: Any, _compiler: Any, **_kw: Any) -> str:
    return "lower(hex(randomblob(16)))"


@compiles(new_uuid, "postgresql")
def _postgres_uuid(_element: Any, _compiler: Any, **_kw: Any) -> str:
    return "gen_random_uuid()"


def insert(connection: AsyncConnection, table: sa.Table) -> Any:
    """Return an INSERT that knows ON CONFLICT, in the database's own dialect."""
    return (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(table)


async def alone(session: AsyncSession, what: str) -> AsyncConnection:
    """Make other transactions that ask for `what` wait until this one ends; SQLite's writers do so anyway."""
    connection = await session.connection()
    if connection.dialect.name == "postgresql":
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(what, 0))))
    return connection
