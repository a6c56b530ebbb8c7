"""Asking the broker from the command line: once, quietly, and with a clear line where it is away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import nats
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from deploy.servers.problems import SetupProblem

CONNECT_SECONDS = 5


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[JetStreamContext]:
    """Yield JetStream at `url`; raises SetupProblem where nobody answers there."""

    async def quiet(_error: Exception) -> None:
        return

    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            client = await nats.connect(url.split(","), allow_reconnect=False, max_reconnect_attempts=1, error_cb=quiet)
    except (NatsError, OSError, TimeoutError) as error:
        raise SetupProblem(f"NATS does not answer at {url}.", "Start it, or see KOBLINGSBOKS_NATS_URL.") from error
    try:
        yield client.jetstream()
    finally:
        await client.close()
