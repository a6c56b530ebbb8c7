"""The packaging files, read once for the tests."""

import shutil
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("partners", "knowledge", "events", "notifier")


def compose() -> dict[str, Any]:
    """compose.yaml with its anchors and merges resolved."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def program(name: str) -> str:
    """The path of a program from the development dependencies, or else from the machine."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    assert found, f"{name} is missing: it comes with the development dependencies"
    return found
