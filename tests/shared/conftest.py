"""The tiny service: its database on both kinds, its application, and a browser to look at it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from shared.db.session import Database
from tests.shared import tiny, tiny_app


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The tiny service's database, empty."""
    opened = await tiny.opened(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[FastAPI]:
    """The tiny service on SQLite, not joined to any bus."""
    made = tiny_app.create_app(tiny.settings(tmp_path))
    await tiny.make_tables(made.state.resources.database.url)
    yield made
    await made.state.resources.database.close()


@pytest.fixture
async def visitor(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in which nobody is signed in."""
    async with tiny_app.client(app) as opened:
        yield opened
