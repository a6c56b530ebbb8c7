"""`koblingsboks doctor`: what works here and what does not."""

import asyncio
import logging
import shutil
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import typer
from sqlalchemy.exc import SQLAlchemyError

from deploy import installation
from deploy.commands.bus import connected
from deploy.servers.meilisearch import meilisearch_binary, meilisearch_version
from deploy.servers.nats import nats_binary
from deploy.servers.places import MIB, writable_folder
from deploy.servers.problems import SetupProblem
from shared.bus import streams
from shared.contracts.catalogue import SERVICES
from shared.db import migrate
from shared.db.session import Database

ROOM = 512 * MIB
OLDEST = (3, 11)

Check = Callable[[Path], str]
"""Returns what was found; raises SetupProblem with cause and remedy, or Doubt where the network runs all the same."""


class Doubt(SetupProblem):
    """Something that is missing, and that the network can be without."""


def run(data: Path) -> None:
    """Print a line per check; ends with status 1 where one failed."""
    failures = 0
    for name, check in CHECKS.items():
        try:
            typer.echo(f"  ok    {name}: {check(data)}")
        except Doubt as doubt:
            typer.secho(f"  warn  {name}: {doubt}", fg="yellow")
        except SetupProblem as problem:
            failures += 1
            typer.secho(f"  FAIL  {name}: {problem}", fg="red")
    if failures:
        raise SetupProblem(f"{failures} of {len(CHECKS)} checks failed.", "The remedies stand above.")


def _python(_data: Path) -> str:
    if sys.version_info < OLDEST:
        raise SetupProblem(f"Python {sys.version.split()[0]} is too old.", "Install Python 3.11 or newer.")
    return sys.version.split()[0]


def _folder(data: Path) -> str:
    writable_folder(data, "--data", ROOM)
    return f"{data.absolute()}, {shutil.disk_usage(data).free // MIB} MiB free"


def _programs(_data: Path) -> str:
    binary = meilisearch_binary()
    return f"{nats_binary()}, {binary} {meilisearch_version(binary)}"


def _databases(data: Path) -> str:
    states = []
    for service in installation.installed():
        settings = installation.settings(service, data)
        try:
            found, newest = asyncio.run(migrate.current(settings.database())), migrate.head(service)
        except (SQLAlchemyError, OSError) as error:
            cause = f"The database of {service} does not answer: {error}."
            raise SetupProblem(cause, "Start it, or see KOBLINGSBOKS_DATABASE_URL.") from error
        if found != newest:
            raise SetupProblem(
                f"The database of {service} is at {found or 'no revision'}, not {newest}.",
                f"Run: koblingsboks migrate {service}",
            )
        states.append(f"{service} {found}")
    return ", ".join(states)


def _bus(data: Path) -> str:
    url = str(installation.common(data).nats_url)
    asyncio.run(_check_bus(url))
    return url


async def _check_bus(url: str) -> None:
    async with connected(url) as jetstream:
        try:
            for service in SERVICES:
                await streams.check(jetstream, service)
        except streams.TopologyDrift as drift:
            raise SetupProblem(str(drift), "") from drift


def _search(data: Path) -> str:
    url = str(getattr(installation.settings("knowledge", data), "meili_url", ""))
    try:
        with urlopen(f"{url}/health", timeout=3) as answer:  # noqa: S310 the configured address
            answer.read()
    except OSError as error:
        raise SetupProblem(f"Meilisearch does not answer at {url}.", "Start it with: koblingsboks up") from error
    return url


def _mail(data: Path) -> str:
    secret = getattr(installation.settings("notifier", data), "smtp_url", "")
    url = urlsplit(secret.get_secret_value() if hasattr(secret, "get_secret_value") else str(secret))
    place = (url.hostname or "", url.port or 25)
    try:
        with socket.create_connection(place, timeout=3):
            return f"{place[0]}:{place[1]}"
    except OSError as error:
        cause = f"No mail server answers at {place[0]}:{place[1]}."
        raise SetupProblem(cause, "Start it, or see KOBLINGSBOKS_SMTP_URL.") from error


def _register(data: Path) -> str:
    if "partners" not in installation.installed():
        return "not needed here"
    url = str(getattr(installation.settings("partners", data), "register_url", ""))
    return asyncio.run(_ask_register(url)) if url else "never asked"


async def _ask_register(url: str) -> str:
    # Only the image of partners has httpx.
    from services.partners.register.client import Register
    from services.partners.register.errors import RegisterAway

    logging.getLogger("services").addHandler(logging.NullHandler())  # the line below says it
    async with Register(url) as register:
        try:
            await register.reach()
        except RegisterAway as away:
            raise Doubt(
                f"The register of organisations does not answer at {url}: {away.cause}.",
                "Organisations can be typed by hand. Let this machine reach that address, or set KOBLINGSBOKS_REGISTER_URL "
                "(empty: never ask).",
            ) from away
    return url


def _audit(data: Path) -> str:
    if "partners" not in installation.installed():
        return "not needed here"
    url = installation.settings("partners", data).database()
    try:
        return asyncio.run(_look_at_audit(url))
    except (SQLAlchemyError, OSError) as error:
        raise Doubt("The audit cannot be read.", "See the line of the databases.") from error


async def _look_at_audit(url: str) -> str:
    from services.partners.models import HOUSE
    from services.partners.queries.audit import last_check

    database = Database(url, HOUSE)
    try:
        async with database.reading() as session:
            found = await last_check(session)
    finally:
        await database.close()
    if found is None:
        return "not followed yet"
    where = f"at {found.at:%Y-%m-%d %H:%M} UTC"
    if found.broken is not None:
        raise SetupProblem(
            f"Entry {found.broken} of the audit is not what was written, or is gone, {where}.",
            "Compare the database with a backup from before, and find out who could write to it.",
        )
    return f"entry {found.last_seq}, {found.last_hash}, {where}"


CHECKS: dict[str, Check] = {
    "Python": _python,
    "data folder": _folder,
    "servers' programs": _programs,
    "databases": _databases,
    "NATS": _bus,
    "Meilisearch": _search,
    "mail": _mail,
    "register of organisations": _register,
    "audit": _audit,
}
