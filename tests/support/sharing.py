"""How the tests are shared between processes: a file stays whole, all that open the demo too, and the longest begin first."""

from pathlib import Path

import pytest
from xdist.scheduler.loadfile import LoadFileScheduling

TESTS = Path(__file__).resolve().parents[1]
LONGEST = ("system", "browser", "faults", "rights", "partners", "notifier", "shared", "live", "knowledge")


def share(items: list[pytest.Item]) -> None:
    """Put the files that take longest first."""
    items.sort(key=_rank)


class Sharing(LoadFileScheduling):
    """Gives a process a file at a time, and one of them all of the browser's: their demo is started once."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/browser" if nodeid.startswith("tests/browser/") else super()._split_scope(nodeid)


def _rank(item: pytest.Item) -> tuple[int, str]:
    path = item.path.relative_to(TESTS)
    folder = path.parts[0]
    return LONGEST.index(folder) if folder in LONGEST else len(LONGEST), str(path)
