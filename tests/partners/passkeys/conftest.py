"""The registry under https, where browsers have passkeys."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.partners.passkeys.support import ORIGIN
from tests.support.apps import ServiceApp, service_app
from tests.support.authenticator import Authenticator


@pytest.fixture
async def partners(database_url: str, tmp_path: Path) -> AsyncIterator[ServiceApp]:
    """The registry under https, where browsers have passkeys, on both databases in turn."""
    async with service_app("partners", database_url, tmp_path, base_url=ORIGIN) as service:
        yield service


@pytest.fixture
async def service(sqlite_url: str, tmp_path: Path) -> AsyncIterator[ServiceApp]:
    """The registry under https, on SQLite alone."""
    async with service_app("partners", sqlite_url, tmp_path, base_url=ORIGIN) as running:
        yield running


@pytest.fixture
def device() -> Authenticator:
    return Authenticator(ORIGIN)
