"""The source code as data, for tests about its shape."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("shared", "services", "deploy")


def sources(*folders: str) -> list[Path]:
    """Return the Python files under the folders, but for generated migrations."""
    found = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    return [file for file in found if "versions" not in file.parts and "node_modules" not in file.parts]


def name_of(file: Path) -> str:
    """Return a file's path as it is written in messages."""
    return file.relative_to(ROOT).as_posix()


@cache
def tree(file: Path) -> ast.Module:
    """Return the parsed file."""
    return ast.parse(file.read_text("utf-8"), str(file))


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a file, methods and inner ones too."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
