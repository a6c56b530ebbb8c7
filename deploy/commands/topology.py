"""`koblingsboks topology`: the bus as the contracts say."""

import asyncio
from pathlib import Path

import typer

from deploy import installation
from deploy.commands.bus import connected
from shared.bus import streams


def run(data: Path, replicas: int) -> None:
    """Make, mend and check every stream and consumer; says what was done to each."""
    url = str(installation.common(data).nats_url)
    for line in asyncio.run(establish(url, replicas)):
        typer.echo(line)


async def establish(url: str, replicas: int = 1) -> list[str]:
    """Bring the broker at `url` into the form of the contracts; returns a line for each part."""
    async with connected(url) as jetstream:
        return await streams.establish(jetstream, replicas)
