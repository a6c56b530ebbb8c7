"""Everybody at the library, the webinars and the mail: as the table of rights says, and 0 foreign rows are shown."""

from pathlib import Path

import pytest

from tests.rights.conftest import Prepared
from tests.rights.doors import DOORS
from tests.rights.trying import summary, tried


@pytest.mark.timeout(600)
@pytest.mark.parametrize("service", sorted(DOORS.keys() - {"partners"}))
async def test_everybody_at_every_door(
    service: str, prepared: Prepared, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = await tried(service, prepared, tmp_path)
    with capsys.disabled():
        print(summary(service, found))
