"""How often something may be asked for: counted by windows of time, for each address and each client, without keeping either."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import SignInCount
from shared.clock import now

ADDRESS_WINDOW = timedelta(minutes=15)
CLIENT_WINDOW = timedelta(hours=1)
COUNTS_KEPT = timedelta(hours=2)


@dataclass(frozen=True)
class Limits:
    """How many links are sent at most: to an address in a quarter of an hour, and for a client in an hour."""

    per_address: int
    per_client: int


async def seldom_enough(session: AsyncSession, key: bytes, email: str, client: str, limits: Limits) -> bool:
    """Count a request for a link; whether neither its address nor its client has reached its limit."""
    from_client = await counted(session, key, "client", client, CLIENT_WINDOW)
    for_address = await counted(session, key, "address", email.strip().lower(), ADDRESS_WINDOW)
    return from_client <= limits.per_client and for_address <= limits.per_address


async def begun_seldom_enough(session: AsyncSession, key: bytes, client: str, most: int) -> bool:
    """Count a sign-in begun with an issuer or a passkey; whether its client has not reached its limit. Nobody is named yet."""
    return await counted(session, key, "begun", client, CLIENT_WINDOW) <= most


async def counted(session: AsyncSession, key: bytes, kind: str, value: str, window: timedelta) -> int:
    """Count one more of `kind` for `value`; returns how many that are since the running window began."""
    moment = now()
    await session.exec(sa.delete(SignInCount).where(col(SignInCount.hour) < moment - COUNTS_KEPT))
    began = datetime.fromtimestamp(moment.timestamp() // window.total_seconds() * window.total_seconds(), moment.tzinfo)
    connection = await session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(SignInCount)
        .values(key=_hidden(key, kind, value), hour=began, count=1)
        .on_conflict_do_update(index_elements=["key", "hour"], set_={"count": SignInCount.count + 1})
        .returning(col(SignInCount.count))
    )
    return int((await connection.execute(statement)).scalar_one())


def _hidden(key: bytes, kind: str, value: str) -> str:
    return hmac.digest(key, f"asked|{kind}|{value}".encode(), "sha256").hex()
