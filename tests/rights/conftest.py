"""Prepared databases of the services, made once, with what stands in them."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from shared.db.session import Database
from tests.rights import world_others, world_registry
from tests.rights.world import World
from tests.support.apps import Databases, service_app

ENTER: dict[str, Callable[[Database], Awaitable[World]]] = {
    "partners": world_registry.enter,
    "knowledge": world_others.enter_library,
    "events": world_others.enter_events,
    "notifier": world_others.enter_mail,
}


@dataclass
class Prepared:
    """Databases with everything in them, to be copied."""

    folder: Path
    made: dict[str, tuple[Path, World]] = field(default_factory=dict)

    def of(self, service: str) -> tuple[Path, World]:
        """Return the file of a service's database and what stands in it."""
        if service not in self.made:
            folder = self.folder / service
            folder.mkdir()
            with ThreadPoolExecutor(1) as pool:
                self.made[service] = pool.submit(asyncio.run, _prepared(service, folder)).result(120)
        return self.made[service]

    async def entered(self, service: str, database: Database) -> World:
        """Return what was entered into an empty database of a service."""
        return await ENTER[service](database)


async def _prepared(service: str, folder: Path) -> tuple[Path, World]:
    url = Databases(service, folder).sqlite(folder)
    async with service_app(service, url, folder) as app:
        world = await ENTER[service](app.database)
    return folder / f"{service}.db", world


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return Prepared(tmp_path_factory.mktemp("rights"))
