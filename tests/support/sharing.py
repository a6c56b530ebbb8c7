"""How the tests are shared between processes: a file stays whole, and the longest begin first."""

from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
LONGEST = ("system", "browser", "faults", "rights", "partners", "notifier", "shared", "live", "knowledge")


def share(items: list[pytest.Item]) -> None:
    """Put the files that take longest first."""
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> tuple[int, str]:
    path = item.path.relative_to(TESTS)
    folder = path.parts[0]
    return LONGEST.index(folder) if folder in LONGEST else len(LONGEST), str(path)
