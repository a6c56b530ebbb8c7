"""Everybody at every whole list on PostgreSQL too: as the table of rights says, and 0 foreign rows are shown."""

from pathlib import Path

import pytest

from tests.rights.conftest import Prepared
from tests.rights.doors import DOORS
from tests.rights.trying import summary, tried_on_postgres
from tests.support.servers import Postgres


@pytest.mark.timeout(600)
@pytest.mark.parametrize("service", DOORS)
async def test_everybody_at_every_list(
    service: str, prepared: Prepared, postgres: Postgres, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = await tried_on_postgres(service, prepared, tmp_path, postgres)
    with capsys.disabled():
        print(summary(f"{service} on PostgreSQL", found))
