"""A log file that turns over by size, for the output of child processes."""

from pathlib import Path
from typing import BinaryIO


class LogFile:
    """Appends bytes to `path`; past `limit` bytes it becomes `.1`, `.1` becomes `.2`, and the oldest of `keep` goes."""

    def __init__(self, path: Path, limit: int = 5 * 1024 * 1024, keep: int = 3) -> None:
        self.path = path
        self.limit = limit
        self.keep = keep
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO = path.open("ab", buffering=0)

    def write(self, chunk: bytes) -> None:
        """Appends a chunk, turning over first when the file is full."""
        if self._file.tell() >= self.limit:
            self._turn_over()
        self._file.write(chunk)

    def _turn_over(self) -> None:
        self._file.close()
        for number in range(self.keep - 1, 0, -1):
            older = self._numbered(number)
            if older.exists():
                older.replace(self._numbered(number + 1))
        self.path.replace(self._numbered(1))
        self._file = self.path.open("ab", buffering=0)

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")

    def last_line(self) -> str:
        """The last line with something on it, at most 300 characters; "" for an empty file."""
        with self.path.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - 4096))
            lines = file.read().decode(errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else ""

    def close(self) -> None:
        """Closes the file."""
        self._file.close()
