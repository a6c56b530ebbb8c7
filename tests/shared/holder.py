"""A process of its own that takes a slot, says so, and holds it until it is ended: `python -m tests.shared.holder <url> <name>`."""

import asyncio
import sys

from shared.db.engine import writing_engine
from shared.db.locks import slot


async def hold(url: str, name: str) -> None:
    """Hold the slot until the process dies."""
    async with slot(writing_engine(url), name) as held:
        sys.stdout.write("held\n" if held else "taken\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(hold(sys.argv[1], sys.argv[2]))
