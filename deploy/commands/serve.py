"""`koblingsboks serve`: one service in its own process."""

import asyncio
from pathlib import Path

from deploy import installation
from deploy.servers.problems import SetupProblem
from shared.bus.streams import TopologyDrift
from shared.db import migrate
from shared.settings import ServiceSettings
from shared.web.serve import serve


def run(service: str, data: Path) -> None:
    """Serve `service` until stopped; refuses a database that is not migrated."""
    try:
        settings = installation.settings(service, data)
    except LookupError as error:
        raise SetupProblem(str(error).capitalize() + ".", "") from error
    asyncio.run(refuse_unmigrated(settings))
    try:
        serve(installation.create_app(service), settings)
    except TopologyDrift as drift:
        raise SetupProblem(str(drift), "") from drift


async def refuse_unmigrated(settings: ServiceSettings) -> None:
    """Raise SetupProblem where the database of `settings` is not at the newest revision."""
    found, newest = await migrate.current(settings.database()), migrate.head(settings.service)
    if found != newest:
        state = f"is at revision {found}" if found else "is empty"
        raise SetupProblem(
            f"The database of {settings.service} {state}, and {newest} is needed.",
            f"Run: koblingsboks migrate {settings.service}",
        )
