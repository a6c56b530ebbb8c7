"""`koblingsboks housekeeping`: do now what services do by the hour, and say what went."""

import asyncio
from pathlib import Path

import typer

from deploy import installation
from deploy.commands.bus import connected
from shared.bus.scrub import Scrubbing
from shared.outbox.housekeeping import Housekeeping


def run(data: Path) -> None:
    """Take away in every service here what is past its time, and on the bus what names people who were erased."""
    for service in installation.installed():
        gone, erased = asyncio.run(_tidy(service, data))
        told = [f"{count} {name}" for name, count in sorted(gone.items()) if count]
        told += [f"{count} messages on {stream}" for stream, count in sorted(erased.items()) if count]
        typer.echo(f"{service}: {', '.join(told) or 'nothing to take away'}")


async def _tidy(service: str, data: Path) -> tuple[dict[str, int], dict[str, int]]:
    settings = installation.settings(service, data)
    app = installation.create_app(service)(settings)
    resources = app.state.resources
    try:
        async with connected(settings.nats_url) as jetstream:
            erased = await Scrubbing(resources.database, jetstream, service, resources.bus.gone).scrub()
        return await Housekeeping(resources.database, resources.bus.sweeps).tidy(), erased
    finally:
        await resources.database.close()
