"""A database of each kind with the real migrations, and the service as an ASGI application on it."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from services.events.app import create_app
from services.events.models import HOUSE
from services.events.settings import EventsSettings
from shared.auth.keys import keyring
from shared.db.migrate import upgrade
from shared.db.session import Database
from shared.ids import new_id
from tests.events.support import World
from tests.support.postgres import in_own_loop
from tests.support.servers import Postgres, postgres_server

TEMPLATE = "events_template"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("events-sqlite") / "template.db"
    upgrade("events", f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with postgres_server(tmp_path_factory.mktemp("events-postgres")) as server:
        upgrade("events", server.create_database_sync(TEMPLATE))
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path) -> Iterator[str]:
    if request.param == "sqlite":
        file = tmp_path / "events.db"
        shutil.copy(sqlite_template, file)
        yield f"sqlite+aiosqlite:///{file}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"events_{new_id().hex}"
    yield server.create_database_sync(name, TEMPLATE)

    async def drop() -> str:
        await server.drop_database(name)
        return name

    in_own_loop(drop)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    made = Database(database_url, HOUSE)
    yield made
    await made.close()


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """The whole service without the bus, and clients signed in as whoever a test needs."""
    settings = EventsSettings(data=tmp_path, database_url=database_url, base_url="http://events.test", watchdog=False)
    private = keyring(settings, signs=True).private
    assert private is not None
    app = create_app(settings)
    yield World(app, private)
    await app.state.resources.database.close()
