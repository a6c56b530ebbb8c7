"""The shape of the code: small files, small functions, nobody but the edge commits or publishes."""

import ast
from pathlib import Path

import pytest

from tests.architecture.code import PACKAGES, functions, name_of, sources, tree

MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 60
EDGE = {
    "commit": {"shared/db/locks.py", "shared/db/migrate.py"},
    "rollback": set[str](),
    "publish": {"shared/outbox/relay.py"},
}
BUS = {"broker", "jetstream", "js", "nc", "nats", "client", "bus"}


@pytest.mark.parametrize("file", sources(*PACKAGES, "tests"), ids=name_of)
def test_files_are_short(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("folder", [*PACKAGES, "tests"])
def test_functions_are_short(folder: str) -> None:
    long = [
        f"{name_of(file)}:{node.lineno} {node.name} has {_lines(node)} lines"
        for file in sources(folder)
        for node in functions(file)
        if _lines(node) > MOST_LINES_OF_A_FUNCTION
    ]
    assert long == []


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("folder", ["shared", "services"])
def test_nobody_but_the_edge_commits_or_publishes(folder: str) -> None:
    found = [
        f"{name_of(file)}:{node.lineno} calls {node.func.attr}"
        for file in sources(folder)
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in EDGE
        and name_of(file) not in EDGE[node.func.attr]
        and (node.func.attr != "publish" or _receiver(node.func.value) in BUS)
    ]
    assert found == []


def _receiver(node: ast.expr) -> str:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    if isinstance(node, ast.Call):
        return _receiver(node.func)
    return name.strip("_")


@pytest.mark.parametrize("folder", ["shared", "services"])
def test_everything_public_says_what_it_is(folder: str) -> None:
    silent = [
        f"{name_of(file)}:{node.lineno} {node.name}"
        for file in sources(folder)
        for node in tree(file).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


@pytest.mark.parametrize("folder", PACKAGES)
def test_every_module_with_code_says_what_it_is_for(folder: str) -> None:
    silent = [name_of(file) for file in sources(folder) if tree(file).body and not ast.get_docstring(tree(file))]
    assert silent == []


def test_nobody_reads_the_clock_but_the_clock() -> None:
    readers = {"now", "utcnow", "today"}
    found = [
        f"{name_of(file)}:{node.lineno}"
        for file in sources("shared", "services")
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in readers
        and _receiver(node.func.value) in ("datetime", "date")
        and name_of(file) != "shared/clock.py"
    ]
    assert found == []
