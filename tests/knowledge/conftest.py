"""A database of each kind with the real migrations, a real Meilisearch, and the service as an ASGI application on them."""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from services.knowledge.app import create_app
from services.knowledge.models import HOUSE
from services.knowledge.search.engine import Engine
from services.knowledge.search.index import ensure
from services.knowledge.settings import KnowledgeSettings
from shared.auth.keys import keyring
from shared.db.migrate import upgrade
from shared.db.session import Database
from shared.ids import new_id
from tests.knowledge.support import BASE, World
from tests.support.postgres import in_own_loop
from tests.support.servers import Meilisearch, Postgres, meilisearch_server, postgres_server

TEMPLATE = "knowledge_template"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("knowledge-sqlite") / "template.db"
    upgrade("knowledge", f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with postgres_server(tmp_path_factory.mktemp("knowledge-postgres")) as server:
        upgrade("knowledge", server.create_database_sync(TEMPLATE))
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    file = tmp_path / "knowledge.db"
    shutil.copy(sqlite_template, file)
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"knowledge_{new_id().hex}"
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


@pytest.fixture(scope="session")
def meilisearch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meilisearch]:
    """One Meilisearch for the tests that do not stop it."""
    with meilisearch_server(tmp_path_factory.mktemp("knowledge-meilisearch")) as server:
        yield server


@asynccontextmanager
async def a_world(
    database_url: str, data: Path, url: str, index_key: str = "", search_key: str = ""
) -> AsyncIterator[World]:
    settings = KnowledgeSettings(
        data=data,
        database_url=database_url,
        base_url=BASE,
        watchdog=False,
        meili_url=url,
        meili_index_key=index_key or None,
        meili_search_key=search_key or None,
    )
    private = keyring(settings, signs=True).private
    assert private is not None
    world = World(create_app(settings), private, Engine(url, index_key, search_key))
    yield world
    await world.searcher.close()
    world.engine.close()
    await world.database.close()


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """The whole service without bus and search engine, on each kind of database."""
    async with a_world(database_url, tmp_path, "http://127.0.0.1:9") as made:
        yield made


@pytest.fixture
async def library(sqlite_url: str, tmp_path: Path, meilisearch: Meilisearch) -> AsyncIterator[World]:
    """The service on an empty index of a real Meilisearch; `projection.drain()` sends what is new."""
    async with a_world(sqlite_url, tmp_path, meilisearch.url, meilisearch.indexer_key, meilisearch.search_key) as made:
        for name in await made.engine.names():
            await made.engine.drop(name)
        await ensure(made.engine)
        yield made


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """A database of one kind, for what does not depend on it."""
    made = Database(sqlite_url, HOUSE)
    yield made
    await made.close()
