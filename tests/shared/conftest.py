"""An open database of the tiny service, on both kinds."""

from collections.abc import AsyncIterator

import pytest

from shared.db.session import Database
from tests.shared import tiny


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The tiny service's database, empty."""
    opened = await tiny.opened(database_url)
    yield opened
    await opened.close()
