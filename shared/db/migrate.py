"""Migrations: Alembic per service, run by `koblingsboks migrate` and never by a starting service."""

import asyncio
from pathlib import Path

import sqlalchemy as sa
from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

from shared.db.engine import is_sqlite, writing_engine

ADVISORY_KEY = 727_001


def config(service: str, url: str) -> Config:
    """Return the Alembic configuration of `service` on the database at `url`."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parents[2] / "services" / service / "migrations"))
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    made.attributes["url"] = url
    return made


def upgrade(service: str, url: str) -> None:
    """Bring the database at `url` to the newest revision of `service`; one process at a time does it."""
    command.upgrade(config(service, url), "head")


def head(service: str) -> str | None:
    """Return the newest revision of `service`."""
    return ScriptDirectory.from_config(config(service, "")).get_current_head()


async def current(url: str) -> str | None:
    """Return the revision the database at `url` is at, or None where it has none."""
    engine = writing_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    finally:
        await engine.dispose()


def run(target: sa.MetaData) -> None:
    """Run migrations; called by each service's `migrations/env.py`."""
    asyncio.run(_run(target, context.config.attributes["url"]))


async def _run(target: sa.MetaData, url: str) -> None:
    engine = writing_engine(url) if is_sqlite(url) else create_async_engine(url)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_migrate, target)
    finally:
        await engine.dispose()


def _migrate(connection: sa.Connection, target: sa.MetaData) -> None:
    context.configure(connection=connection, target_metadata=target, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_KEY})
        context.run_migrations()
    connection.commit()
