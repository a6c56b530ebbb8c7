"""The watchdog: a process that hangs ends itself with status 70, so that its supervisor starts it anew; one that leaves does not."""

import asyncio
import sys
from pathlib import Path

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.bus.watchdog import EXIT_CODE, STUCK_CHECKS, Watchdog
from shared.contracts.partners import OrganisationRecorded
from shared.db.session import Database
from tests.live.tiny_bus import hearing, publish, settled
from tests.shared import tiny
from tests.support.servers import Nats

CONSUMER = OrganisationRecorded.durable("knowledge")


async def run(nats: Nats, folder: Path, what: str) -> asyncio.subprocess.Process:
    """Start a watched process and wait until it has joined the bus."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.live.watched", nats.url, str(folder), what),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"joined\n"
    return process


async def ending(process: asyncio.subprocess.Process) -> tuple[int | None, str]:
    """Return how a process ended and what it said."""
    _, said = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, said.decode()


@pytest.mark.usefixtures("jetstream")
async def test_a_process_whose_loop_stands_still_ends_itself(nats: Nats, tmp_path: Path) -> None:
    status, said = await ending(await run(nats, tmp_path, "freezes"))
    assert status == EXIT_CODE
    assert "WATCHDOG knowledge: the loop has stood still" in said


@pytest.mark.usefixtures("jetstream")
async def test_a_process_that_has_left_the_bus_is_watched_no_longer(nats: Nats, tmp_path: Path) -> None:
    status, said = await ending(await run(nats, tmp_path, "leaves"))
    assert status == 0
    assert "WATCHDOG" not in said


async def test_a_process_whose_stream_is_deleted_ends_itself(
    nats: Nats, jetstream: JetStreamContext, tmp_path: Path
) -> None:
    process = await run(nats, tmp_path, "waits")
    await jetstream.delete_stream("PARTNERS")
    status, said = await ending(process)
    assert status == EXIT_CODE
    assert "is gone" in said


@pytest.fixture
async def looking(jetstream: JetStreamContext) -> Watchdog:
    """A watchdog that only says what it would do."""
    client = jetstream._nc
    assert isinstance(client, Client)
    return Watchdog(client, "knowledge", enabled=False)


async def test_a_consumer_that_has_work_and_does_not_move_is_noticed(
    jetstream: JetStreamContext, looking: Watchdog, caplog: pytest.LogCaptureFixture
) -> None:
    await publish(jetstream, tiny.organisation())
    for _ in range(STUCK_CHECKS):
        await looking._look()
    assert caplog.messages == []
    await looking._look()
    assert caplog.messages == [f"WATCHDOG knowledge: consumer {CONSUMER} has 1 messages and does not move"]


async def test_a_consumer_without_work_is_left_in_peace(
    nats: Nats, jetstream: JetStreamContext, kept: Database, looking: Watchdog, caplog: pytest.LogCaptureFixture
) -> None:
    async with hearing(nats, kept):
        for _ in range(STUCK_CHECKS + 2):
            await publish(jetstream, tiny.organisation())
            await settled(jetstream)
            await looking._look()
    assert [message for message in caplog.messages if "WATCHDOG" in message] == []


async def test_a_consumer_that_is_gone_is_noticed_at_the_first_look(
    jetstream: JetStreamContext, looking: Watchdog, caplog: pytest.LogCaptureFixture
) -> None:
    await jetstream.delete_consumer("PARTNERS", CONSUMER)
    await looking._look()
    assert caplog.messages == [f"WATCHDOG knowledge: consumer {CONSUMER} is gone"]


async def test_a_broker_that_is_away_is_no_reason_to_end(
    nats: Nats, looking: Watchdog, caplog: pytest.LogCaptureFixture
) -> None:
    nats.stop()
    await looking._look()
    assert [message for message in caplog.messages if "WATCHDOG" in message] == []
