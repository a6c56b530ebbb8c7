"""Everybody's programs at the registry: who may comes in, who may not is refused and changes nothing, and 0 foreign rows are shown."""

from pathlib import Path

import pytest

from tests.rights.conftest import Prepared
from tests.rights.trying import summary, tried


@pytest.mark.timeout(600)
async def test_everybodys_programs_at_the_registry(
    prepared: Prepared, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Some words stand on pages alone, such as what waits for an answer.
    found = await tried("partners", prepared, tmp_path, lambda door: door.program, complete=False)
    with capsys.disabled():
        print(summary("partners, programs", found))
