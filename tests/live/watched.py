"""A process with a watchdog that soon loses patience: `python -m tests.live.watched <nats url> <folder> freezes|waits|leaves`."""

import asyncio
import sys
import time
from pathlib import Path

from shared.bus import watchdog
from shared.bus.broker import Bus
from shared.contracts.partners import OrganisationRecorded
from tests.shared import tiny


async def main(url: str, folder: Path, what: str) -> None:
    """Join the bus with the watchdog on, then do as told."""
    watchdog.LOOP_SECONDS, watchdog.GUARD_SECONDS, watchdog.CHECK_SECONDS = 2.0, 0.1, 0.1
    database = await tiny.opened(f"sqlite+aiosqlite:///{folder / 'watched.db'}")
    bus = Bus(tiny.settings(folder, nats_url=url, watchdog=True), database)
    bus.ear.hears(OrganisationRecorded, tiny.note)
    await bus.start()
    sys.stdout.write("joined\n")
    sys.stdout.flush()
    if what == "waits":
        await asyncio.Event().wait()
    if what == "leaves":
        await bus.stop()
        await database.close()
    time.sleep(4)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
