"""How often links may be asked for: counted by the hour, for each address and each client, without keeping either."""

import hmac
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import SignInCount
from shared.clock import now

MOST_FOR_ADDRESS = 10
MOST_FROM_CLIENT = 120
"""In an hour. A whole municipality may stand behind one client address."""


async def seldom_enough(session: AsyncSession, key: bytes, email: str, client: str) -> bool:
    """Count a request for a link; whether neither its address nor its client has reached the hour's limit."""
    moment = now()
    hour = moment.replace(minute=0, second=0, microsecond=0)
    await session.exec(sa.delete(SignInCount).where(col(SignInCount.hour) < hour - timedelta(hours=1)))
    from_client = await _counted(session, _hidden(key, "client", client), hour)
    for_address = await _counted(session, _hidden(key, "address", email.strip().lower()), hour)
    return from_client <= MOST_FROM_CLIENT and for_address <= MOST_FOR_ADDRESS


async def _counted(session: AsyncSession, key: str, hour: datetime) -> int:
    connection = await session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    counted = (
        insert(SignInCount)
        .values(key=key, hour=hour, count=1)
        .on_conflict_do_update(index_elements=["key", "hour"], set_={"count": SignInCount.count + 1})
        .returning(col(SignInCount.count))
    )
    return int((await connection.execute(counted)).scalar_one())


def _hidden(key: bytes, kind: str, value: str) -> str:
    return hmac.digest(key, f"asked|{kind}|{value}".encode(), "sha256").hex()
