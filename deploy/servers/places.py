"""Where things live: the folder of downloaded tools, and data folders that must be writable and have room."""

import os
import shutil
import tempfile
from pathlib import Path

from deploy.servers.problems import SetupProblem

MIB = 1024 * 1024


def tools_folder() -> Path:
    """The folder for downloaded binaries: $KOBLINGSBOKS_TOOLS, else .tools in a checkout, else the user's cache."""
    named = os.environ.get("KOBLINGSBOKS_TOOLS")
    if named:
        return Path(named)
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "pyproject.toml").is_file() and os.access(checkout, os.W_OK):
        return checkout / ".tools"
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "koblingsboks"


def writable_folder(folder: Path, option: str, room: int = 0) -> Path:
    """Creates `folder` when missing and returns it; refuses when it cannot be written or has under `room` bytes left.

    `option` is what a person changes to use another folder, such as "--data" or "KOBLINGSBOKS_TOOLS".
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise SetupProblem(
            f"Cannot write in {folder}: {error.strerror}.", f"Choose another folder with {option}."
        ) from error
    free = shutil.disk_usage(folder).free
    if free < room:
        cause = f"{folder} has {free // MIB} MiB free and {room // MIB} MiB are needed."
        raise SetupProblem(cause, f"Make room, or choose another folder with {option}.")
    return folder
