"""`koblingsboks dead-letters`: what could not be digested, looked at and tried again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import typer

from deploy import installation
from deploy.servers.problems import SetupProblem
from shared.bus import deadletter
from shared.db.session import Database
from shared.errors import NotFound
from shared.ids import parse_id


def list_all(data: Path) -> None:
    """Print a line for each parked message of every service."""
    rows = asyncio.run(_all(data))
    for service, row in rows:
        typer.echo(f"{row.id}  {service}  {row.subject}  {row.parked_at:%Y-%m-%d %H:%M:%S}  {row.reason[:120]!r}")
    typer.echo(f"{len(rows)} parked")


def show(parked_id: str, data: Path) -> None:
    """Print one parked message whole."""
    service, row = asyncio.run(_one(data, _uuid(parked_id)))
    for name in (
        "id",
        "consumer",
        "stream",
        "stream_seq",
        "subject",
        "headers",
        "deliveries",
        "parked_at",
        "replayed_at",
        "reason",
    ):
        typer.echo(f"{name}: {getattr(row, name)}")
    typer.echo(f"service: {service}\npayload: {row.payload.decode(errors='replace')}")


def replay(parked_id: str, data: Path) -> None:
    """Digest one parked message, or all, again; says how each ended, and fails where one failed."""
    rows = asyncio.run(_all(data)) if parked_id == "all" else [asyncio.run(_one(data, _uuid(parked_id)))]
    failures = 0
    for service, row in rows:
        outcome = asyncio.run(_replay(data, service, row.id))
        failures += outcome != "replayed"
        typer.echo(f"{row.id}  {service}  {outcome}")
    if failures:
        raise SetupProblem(
            f"{failures} of {len(rows)} could not be replayed.", "They stay parked; see their reasons above."
        )


async def _all(data: Path) -> list[tuple[str, Any]]:
    found = []
    for service in installation.installed():
        async with _database(service, data) as database, database.reading() as session:
            found += [(service, row) for row in await deadletter.parked(session)]
    return found


async def _one(data: Path, parked_id: UUID) -> tuple[str, Any]:
    for service in installation.installed():
        async with _database(service, data) as database, database.reading() as session:
            try:
                return service, await deadletter.parked_one(session, parked_id)
            except NotFound:
                continue
    raise SetupProblem(f"Nothing is parked under {parked_id}.", "See: koblingsboks dead-letters list")


async def _replay(data: Path, service: str, parked_id: UUID) -> str:
    app = installation.create_app(service)(installation.settings(service, data))
    try:
        await app.state.resources.bus.ear.replay(parked_id)
    except Exception as error:
        return f"failed again: {type(error).__name__}: {error}"
    finally:
        await app.state.resources.database.close()
    return "replayed"


@asynccontextmanager
async def _database(service: str, data: Path) -> AsyncIterator[Database]:
    settings = installation.settings(service, data)
    database = Database(settings.database(), import_module(f"services.{service}.models").HOUSE)
    try:
        yield database
    finally:
        await database.close()


def _uuid(text: str) -> UUID:
    found = parse_id(text)
    if found is None:
        raise SetupProblem(f"{text} is not the id of a parked message.", "See: koblingsboks dead-letters list")
    return found
