"""`koblingsboks topology`: the bus as the contracts say."""

import asyncio
from pathlib import Path

import nats
import typer
from nats.errors import Error as NatsError

from deploy import installation
from deploy.servers.problems import SetupProblem
from shared.bus import streams


def run(data: Path, replicas: int) -> None:
    """Make, mend and check every stream and consumer; says what was done to each."""
    url = str(installation.common(data).nats_url)
    for line in asyncio.run(establish(url, replicas)):
        typer.echo(line)


async def establish(url: str, replicas: int = 1) -> list[str]:
    """Bring the broker at `url` into the form of the contracts; returns a line for each part."""
    try:
        client = await nats.connect(url.split(","), allow_reconnect=False, connect_timeout=5)
    except (NatsError, OSError) as error:
        raise SetupProblem(f"NATS does not answer at {url}.", "Start it, or set KOBLINGSBOKS_NATS_URL.") from error
    try:
        return await streams.establish(client.jetstream(), replicas)
    finally:
        await client.close()
