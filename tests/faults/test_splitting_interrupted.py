"""A split that is killed in the middle leaves all or nothing, and is carried out once when the registry comes back."""

import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deploy.commands.migrate import bring_up
from services.partners.models import HOUSE
from services.partners.usecases.rearranging import drafting
from shared.db.session import Database
from shared.ids import new_id
from tests.faults.splitting import POINTS
from tests.partners.rearranging import COUNTIES, NATIONAL, drafted, enter_viken, everything, today
from tests.support.apps import settings_of
from tests.support.network import ROOT
from tests.support.running import Server
from tests.support.servers import Postgres
from tests.support.wait import until

NO_BUS = "nats://127.0.0.1:1"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    url = f"sqlite+aiosqlite:///{tmp_path / 'partners.db'}"
    if request.param == "postgres":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create_database_sync(f"split_{new_id().hex}")
    # In a thread of its own, since migrations start a loop.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(bring_up, settings_of("partners", url, tmp_path)).result(60)
    return url


@pytest.fixture
async def due(database_url: str) -> AsyncIterator[Database]:
    """A registry in which the split of a region of 55 partners is due."""
    database = Database(database_url, HOUSE)
    viken = await enter_viken(database)
    made = await drafted(database, viken)
    async with database.writing() as session:
        await drafting.schedule(session, NATIONAL, made, today())
    yield database
    await database.close()


def killed(url: str, point: str) -> bool:
    """Execute in a process of its own, which is killed after `point`; returns whether it was."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.faults.splitting", url, point], cwd=ROOT, capture_output=True, timeout=120
    )
    return run.returncode == -signal.SIGKILL


async def test_killed_at_every_step_it_leaves_nothing_and_then_happens_once(
    due: Database, database_url: str, tmp_path: Path
) -> None:
    before = await everything(due)
    for point in POINTS:
        assert killed(database_url, point), point
        assert await everything(due) == before, point
    service = registry(database_url, tmp_path)
    try:
        service.launch()
        await until(lambda: finished(due), 60, "the split to be carried out")
    finally:
        service.kill()
    once = await everything(due)
    assert not killed(database_url, "")
    assert await everything(due) == once
    assert sum(row["until"] is None for row in once["Membership"]) == 55
    assert {row["region"] for row in once["Membership"] if row["until"] is None} == set(COUNTIES)


async def finished(database: Database) -> bool:
    return bool((await everything(database))["Rearrangement"][0]["state"] == "executed")


def registry(url: str, folder: Path) -> Server:
    """Return the registry as it runs, with no bus."""
    environment = {
        "KOBLINGSBOKS_DATA": str(folder),
        "KOBLINGSBOKS_DATABASE_URL": url,
        "KOBLINGSBOKS_NATS_URL": NO_BUS,
        "KOBLINGSBOKS_PORT": "0",
    }
    argv = [sys.executable, "-m", "services.partners"]
    return Server(argv, lambda: True, folder / "partners.log", env=environment, cwd=ROOT)
