"""Engines that behave alike on SQLite and PostgreSQL: writers one after another, readers that cannot write."""

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

BUSY_TIMEOUT_MS = 5_000
SQLITE_AWAY = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
)
POSTGRES_AWAY = ("08", "40", "53", "55P03", "57P")
"""SQLSTATE: connection, rolled back to let another finish, no room, lock not free, shutting down or starting up."""


def writing_engine(url: str) -> AsyncEngine:
    """Return the engine for changes."""
    return _sqlite(url, begin="BEGIN IMMEDIATE", read_only=False) if is_sqlite(url) else _postgres(url)


def reading_engine(url: str) -> AsyncEngine:
    """Return the engine for questions; it refuses changes."""
    return _sqlite(url, begin="BEGIN", read_only=True) if is_sqlite(url) else _postgres(url, read_only=True)


def is_sqlite(url: str) -> bool:
    """Whether `url` names an SQLite file."""
    return url.startswith("sqlite")


def sqlite_file(url: str) -> Path:
    """Return the file behind an SQLite URL."""
    return Path(sa.make_url(url).database or "")


def _sqlite(url: str, *, begin: str, read_only: bool) -> AsyncEngine:
    sqlite_file(url).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(
        url, pool_size=4 if read_only else 2, max_overflow=4, pool_timeout=10, hide_parameters=True
    )

    # The driver's own transactions begin only at the first change, which loses updates read before it; ours begin at once.
    @sa.event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _pragmas(read_only):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _pragmas(read_only: bool) -> tuple[str, ...]:
    common = (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        # What is deleted is overwritten at once, and not only when its page is used again.
        "secure_delete=ON",
    )
    return (*common, "query_only=ON") if read_only else common


def _postgres(url: str, *, read_only: bool = False) -> AsyncEngine:
    server = {
        "statement_timeout": "15000",
        "idle_in_transaction_session_timeout": "30000",
        "default_transaction_read_only": "on" if read_only else "off",
        "timezone": "UTC",
    }
    return create_async_engine(
        url,
        pool_size=5,
        max_overflow=5,
        pool_timeout=5,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"server_settings": server, "timeout": 5},
    )


def locked_out(error: BaseException) -> bool:
    """Whether `error` says that the database was busy or away, so that trying again is right."""
    origin = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if isinstance(origin, sqlite3.OperationalError):
        return _primary(origin) in SQLITE_AWAY
    if str(getattr(origin, "sqlstate", None) or "").startswith(POSTGRES_AWAY):
        return True
    if isinstance(error, sa.exc.DBAPIError):
        return error.connection_invalidated or isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)
    return isinstance(error, sa.exc.TimeoutError | ConnectionError | TimeoutError)


def _primary(error: sqlite3.OperationalError) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_BUSY) & 0xFF
