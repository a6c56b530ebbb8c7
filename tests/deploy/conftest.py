"""Servers shared by the tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.servers.obtain import meilisearch_binary
from tests.support.servers import Meilisearch, meilisearch_server


@pytest.fixture(scope="session")
def meilisearch_program() -> Path:
    """The Meilisearch binary that all tests run."""
    return meilisearch_binary()


@pytest.fixture(scope="session")
def meilisearch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meilisearch]:
    """One Meilisearch for tests that only ask and add."""
    with meilisearch_server(tmp_path_factory.mktemp("meilisearch")) as server:
        yield server
