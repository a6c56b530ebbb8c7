"""The registry on a fresh database of either kind, with the fifteen regions in place."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.apps import Databases, ServiceApp, service_app
from tests.support.servers import Postgres


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    return Databases("partners", tmp_path_factory.mktemp("partners"))


@pytest.fixture
def sqlite_url(tmp_path: Path, databases: Databases) -> str:
    return databases.sqlite(tmp_path)


@pytest.fixture
def postgres_url(postgres: Postgres, databases: Databases) -> Iterator[str]:
    with databases.postgres(postgres) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def partners(database_url: str, tmp_path: Path) -> AsyncIterator[ServiceApp]:
    """The registry on both databases in turn."""
    async with service_app("partners", database_url, tmp_path) as service:
        yield service
