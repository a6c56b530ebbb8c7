"""The broker of compose, run for real: it keeps what it acknowledged, and each service says only its own facts."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.js.errors import APIError, NoStreamResponseError

from deploy.servers.ports import LOOPBACK, free_port
from shared.bus.streams import check, establish
from shared.contracts.streams import STREAMS
from tests.packaging.support import ROOT, SERVICES, program
from tests.support.running import Server, answers_ok

USERS = ("topology", *SERVICES)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server with compose's own configuration, laid out as in its container; only addresses and store differ."""
    root = tmp_path_factory.mktemp("nats")
    conf = _laid_out(root)
    port, monitor = free_port(), free_port()
    argv = [program("nats-server"), "-c", str(conf), "-a", LOOPBACK, "-p", str(port), "-m", str(monitor)]
    server = Server(argv, answers_ok(f"http://{LOOPBACK}:{monitor}/healthz"), root / "log")
    server.start()
    yield port
    server.stop()


def _laid_out(root: Path) -> Path:
    conf = root / "etc/nats/nats.conf"
    conf.parent.mkdir(parents=True)
    text = (ROOT / "deploy/compose-nats/nats.conf").read_text(encoding="utf-8")
    conf.write_text(text.replace("store_dir: /data", f'store_dir: "{root}/store"'))
    passwords = root / "run/secrets/nats_passwords"
    passwords.parent.mkdir(parents=True)
    passwords.write_text("".join(f'{user}_password: "secret-of-{user}"\n' for user in USERS))
    return conf


@asynccontextmanager
async def connected(port: int, user: str) -> AsyncIterator[Client]:
    client = await nats.connect(f"nats://{user}:secret-of-{user}@{LOOPBACK}:{port}", allow_reconnect=False)
    try:
        yield client
    finally:
        await client.close()


@pytest.fixture(scope="module")
async def established(port: int) -> int:
    async with connected(port, "topology") as client:
        await establish(client.jetstream())
    return port


def test_what_is_acknowledged_is_on_disk() -> None:
    conf = (ROOT / "deploy/compose-nats/nats.conf").read_text(encoding="utf-8")
    assert "sync_interval: always" in conf


def test_the_store_has_room_for_every_stream() -> None:
    conf = (ROOT / "deploy/compose-nats/nats.conf").read_text(encoding="utf-8")
    assert "max_file_store: 12GB" in conf
    assert sum(plan.max_bytes for plan in STREAMS) <= 12 * 1000**3


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_finds_its_streams_in_order(established: int, service: str) -> None:
    async with connected(established, service) as client:
        await check(client.jetstream(), service)


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_says_its_own_facts(established: int, service: str) -> None:
    async with connected(established, service) as client:
        answer = await client.jetstream().publish(f"{service}.thing.done.v1", b"{}")
    assert answer.stream == service.upper()


async def test_a_service_cannot_say_anothers_facts(established: int) -> None:
    async with connected(established, "notifier") as client:
        with pytest.raises((TimeoutError, NoStreamResponseError)):
            await client.jetstream().publish("partners.organisation.registered.v1", b"{}", timeout=0.5)


async def test_a_service_cannot_delete_a_stream(established: int) -> None:
    async with connected(established, "events") as client:
        with pytest.raises((TimeoutError, APIError)):
            await client.jetstream(timeout=0.5).delete_stream("PARTNERS")


async def test_nobody_comes_in_without_a_password(established: int) -> None:
    with pytest.raises(Exception, match=r"(?i)authorization"):
        await nats.connect(f"nats://{LOOPBACK}:{established}", allow_reconnect=False, max_reconnect_attempts=0)


async def test_a_service_takes_and_acknowledges_what_it_hears(established: int) -> None:
    async with connected(established, "partners") as client:
        await client.jetstream().publish("partners.person.x1", b"{}")
    async with connected(established, "notifier") as client:
        subscription = await client.jetstream().pull_subscribe(
            "partners.person.*", durable="test-notifier", stream="PEOPLE"
        )
        (message,) = await subscription.fetch(1, timeout=5)
        await message.ack_sync(timeout=5)
        assert (await subscription.consumer_info()).num_ack_pending == 0
