"""The demo's registry as it stands after the first start."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from deploy import installation
from deploy.commands.migrate import bring_up
from deploy.demo.load import load_registry
from services.partners.models import HOUSE
from shared.clock import frozen
from shared.db.session import Database

Answer = TypeVar("Answer")
MOMENT = datetime(2026, 11, 24, 10, tzinfo=UTC)
"""When it is for the registry of these tests: in working hours, so that letters that are due would be sent."""


class DemoRegistry:
    """The registry's database in a folder, asked at MOMENT from tests that are no coroutines."""

    def __init__(self, folder: Path) -> None:
        self._settings = installation.settings("partners", folder)
        bring_up(self._settings)

    def asked(self, question: Callable[[AsyncSession], Awaitable[Answer]]) -> Answer:
        """Return the answer to a question."""

        async def answer(database: Database) -> Answer:
            async with database.reading() as session:
                return await question(session)

        return self.done(answer)

    def done(self, deed: Callable[[Database], Awaitable[Answer]]) -> Answer:
        """Do something to it."""

        async def opened() -> Answer:
            database = Database(self._settings.database(), HOUSE)
            try:
                return await deed(database)
            finally:
                await database.close()

        with frozen(MOMENT):
            return asyncio.run(opened())


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> DemoRegistry:
    made = DemoRegistry(tmp_path_factory.mktemp("demo"))
    made.done(load_registry)
    return made
