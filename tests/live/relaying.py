"""A process that does nothing but relay: `python -m tests.live.relaying <database url> <nats url>`."""

import asyncio
import sys

import nats

from shared.db.session import Database
from shared.outbox.relay import Relay
from tests.shared import tiny


async def main(database_url: str, nats_url: str) -> None:
    """Relay until ended."""
    client = await nats.connect(nats_url, max_reconnect_attempts=-1)
    await Relay(Database(database_url, tiny.HOUSE), client.jetstream()).run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
