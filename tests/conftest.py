"""What tests of every folder may ask for: a real PostgreSQL, and an empty database of either kind.

A test that takes `database_url` runs twice: on SQLite and on PostgreSQL.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import settings

from tests.support.servers import Postgres, postgres_server
from tests.support.sharing import Sharing, share

# On a machine that does other things as well, how long an example takes says nothing.
settings.register_profile("koblingsboks", deadline=None)
settings.load_profile("koblingsboks")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, for when several processes share the tests."""
    share(items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing | None:
    """Keep tests together that share what is long in starting."""
    return Sharing(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """One PostgreSQL for the whole run; each test makes databases of its own in it."""
    with postgres_server(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The SQLAlchemy URL of an empty database, once on each of the two we support."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.create_database_sync(f"t{uuid4().hex}")
