"""`koblingsboks migrate`: databases in their newest form, and the registry's regions in place."""

import asyncio
from importlib import import_module
from pathlib import Path

import typer
from sqlalchemy.exc import SQLAlchemyError

from deploy import installation
from deploy.servers.problems import SetupProblem
from shared.contracts.catalogue import SERVICES
from shared.db import migrate
from shared.db.session import Database
from shared.settings import ServiceSettings


def run(service: str | None, data: Path) -> None:
    """Migrate one service or all, and say what was done."""
    for name in [service] if service else SERVICES:
        try:
            settings = installation.settings(name, data)
            typer.echo(f"{name}: {bring_up(settings)}")
        except LookupError as error:
            raise SetupProblem(str(error).capitalize() + ".", "") from error
        except (SQLAlchemyError, OSError) as error:
            raise SetupProblem(
                f"The database of {name} does not answer: {error}.", "See KOBLINGSBOKS_DATABASE_URL."
            ) from error


def bring_up(settings: ServiceSettings) -> str:
    """Bring a service's database to the newest revision; returns what was done in one line."""
    before, newest = asyncio.run(migrate.current(settings.database())), migrate.head(settings.service)
    if before != newest:
        migrate.upgrade(settings.service, settings.database())
    if settings.service == "partners":
        asyncio.run(_regions(settings))
    return f"at {newest}" if before == newest else f"{before or 'empty'} -> {newest}"


async def _regions(settings: ServiceSettings) -> None:
    tables = import_module("services.partners.models").HOUSE
    establish = import_module("services.partners.usecases.regions").establish
    database = Database(settings.database(), tables)
    try:
        async with database.writing() as session:
            await establish(session)
    finally:
        await database.close()
