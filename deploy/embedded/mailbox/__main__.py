"""The SMTP part alone, as a process of its own: `python -m deploy.embedded.mailbox --data DIR --smtp-port N`."""

import argparse
import asyncio
import signal
from pathlib import Path

from deploy.embedded.mailbox.smtp import Keeper, smtp_server
from deploy.embedded.mailbox.store import Mailbox


async def serve(data: Path, port: int) -> None:
    """Keeps mail under `<data>/mailbox` until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with smtp_server(Keeper(Mailbox(data)), port):
        await stop.wait()


def main() -> None:
    """Reads the arguments and serves."""
    parser = argparse.ArgumentParser(prog="python -m deploy.embedded.mailbox", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    given = parser.parse_args()
    asyncio.run(serve(given.data, given.smtp_port))


if __name__ == "__main__":
    main()
