"""How the tests are shared between processes: what stands on one network stays together, the longest begin first."""

from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
TOGETHER = ("browser", "faults")
"""Folders whose tests share one running network."""
LONGEST = ("system", "browser", "faults", "partners", "notifier", "shared", "live", "knowledge")
KINDS = ("postgresql", "sqlite")


def share(items: list[pytest.Item]) -> None:
    """Give each test the name of its group, and put the groups that take longest first."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=_rank)


def _group(item: pytest.Item) -> str:
    path = item.path.relative_to(TESTS)
    folder = path.parts[0]
    if folder == "system":
        return f"system-{_kind(item)}"
    return folder if folder in TOGETHER else str(path)


def _kind(item: pytest.Item) -> str:
    return next((kind for kind in KINDS if f"[{kind}" in item.name or f"-{kind}" in item.name), KINDS[0])


def _rank(item: pytest.Item) -> tuple[int, str]:
    folder = item.path.relative_to(TESTS).parts[0]
    return LONGEST.index(folder) if folder in LONGEST else len(LONGEST), _group(item)
