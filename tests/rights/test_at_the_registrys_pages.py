"""Everybody at the registry's pages: who may comes in, who may not is refused and changes nothing, and 0 foreign rows are shown."""

from pathlib import Path

import pytest

from tests.rights.conftest import Prepared
from tests.rights.trying import summary, tried


@pytest.mark.timeout(600)
async def test_everybody_at_the_registrys_pages(
    prepared: Prepared, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = await tried("partners", prepared, tmp_path, lambda door: not door.program)
    with capsys.disabled():
        print(summary("partners, pages and files", found))
