"""The whole network, each service in its own process: once on SQLite and once on PostgreSQL."""

from collections.abc import Iterator

import pytest

from tests.support.network import SeparateNetwork, separate_network
from tests.support.servers import postgres_server


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def network(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeparateNetwork]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlite":
        with separate_network(folder) as running:
            yield running
        return
    with postgres_server(folder / "postgres") as postgres, separate_network(folder, postgres) as running:
        yield running
