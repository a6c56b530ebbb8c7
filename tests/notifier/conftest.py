"""A notifier's database, empty for each test, on both databases."""

import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.notifier.models import HOUSE
from shared.db.migrate import upgrade
from shared.db.session import Database
from shared.ids import new_id
from tests.support.servers import Postgres
from tests.support.smtp_faults import FaultySink, faulty_smtp

TEMPLATE = "notifier_template"


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> Postgres:
    upgrade_apart(postgres.create_database_sync(TEMPLATE))
    return postgres


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "notifier.db"
    upgrade_apart(f"sqlite+aiosqlite:///{file}")
    return file


def upgrade_apart(url: str) -> None:
    """Migrates in a thread of its own, because a loop may run in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(upgrade, "notifier", url).result(120)


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        file = tmp_path / "notifier.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        url = f"sqlite+aiosqlite:///{file}"
    else:
        server: Postgres = request.getfixturevalue("postgres_template")
        url = await server.create_database(f"t{new_id().hex}", template=TEMPLATE)
    made = Database(url, HOUSE)
    try:
        yield made
    finally:
        await made.close()


@pytest.fixture
async def sink(tmp_path: Path) -> AsyncIterator[FaultySink]:
    async with faulty_smtp(tmp_path) as made:
        yield made
