"""A broker of its own for every test here, because the tests stop, start and bend it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import nats as client_library
import pytest
from nats.js import JetStreamContext

from deploy.commands.topology import establish
from shared.db.session import Database
from tests.shared import tiny
from tests.support.servers import Nats, Postgres, nats_server, postgres_server


@pytest.fixture
def nats(tmp_path: Path) -> Iterator[Nats]:
    """A running nats-server without streams."""
    with nats_server(tmp_path / "nats") as server:
        yield server


@pytest.fixture
async def jetstream(nats: Nats) -> AsyncIterator[JetStreamContext]:
    """A client of the broker, on which the network's streams and consumers stand."""
    await establish(nats.url)
    client = await client_library.connect(nats.url, max_reconnect_attempts=-1, reconnect_time_wait=0.2)
    yield client.jetstream()
    await client.close()


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Database]:
    """The tiny service's database on SQLite."""
    database = await tiny.opened(f"sqlite+aiosqlite:///{tmp_path / 'tiny.db'}")
    yield database
    await database.close()


@pytest.fixture
def own_postgres(tmp_path: Path) -> Iterator[Postgres]:
    """A PostgreSQL of the test's own, to stop and start."""
    with postgres_server(tmp_path / "postgres") as server:
        yield server
