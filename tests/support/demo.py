"""The demo as `make demo` runs it, for tests: `koblingsboks up --demo` on a free port, in a folder of its own."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from deploy import installation
from deploy.servers.ports import LOOPBACK, free_port
from shared.auth.actor import Grant
from shared.auth.keys import keyring
from shared.auth.session import issue, service_actor
from shared.contracts.vocabulary import Role
from tests.support.running import Server
from tests.support.wait import until_sync

ROOT = Path(__file__).resolve().parents[2]
READY = re.compile(r"ready after ([0-9.]+) s")


class Demo(Server):
    """A running demo: `base_url` for browsers, `mailbox` letters through its own pages."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.base_url = f"http://{LOOPBACK}:{self.port}"
        argv = [
            sys.executable,
            "-m",
            "deploy.cli",
            "up",
            "--data",
            str(folder),
            "--port",
            str(self.port),
            "--no-input",
            *options,
        ]
        super().__init__(argv, self._said_ready, folder.with_suffix(".log"), cwd=ROOT)
        self._seen = 0

    def launch(self) -> None:
        self._seen = self.log.stat().st_size if self.log.exists() else 0
        super().launch()

    def said(self) -> str:
        """Return what this start has printed so far."""
        return self.log.read_bytes()[self._seen :].decode(errors="replace") if self.log.exists() else ""

    def _said_ready(self) -> bool:
        return READY.search(self.said()) is not None

    def seconds_to_ready(self) -> float:
        """Return the time it said it took to be ready."""
        found = READY.search(self.said())
        assert found, self.said()
        return float(found[1])

    def family(self) -> list[psutil.Process]:
        """Return the supervisor and all its processes."""
        leader = psutil.Process(self.pid)
        return [leader, *leader.children(recursive=True)]

    def sign_in(self, client: httpx.Client, person: str) -> None:
        """Sign `client` in as one of the demo's people, by their button."""
        answer = client.post("/partners/sign-in-as", data={"person": person}, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 303, answer.text
        assert client.cookies.get("session")

    def token(self, role: Role, region: str | None = None) -> str:
        """Return a bearer token, as `koblingsboks token` prints it."""
        private = keyring(installation.common(self.folder), signs=True).private
        assert private is not None
        return issue(private, service_actor(Grant(role, region), f"test {role}"))

    def client(self) -> httpx.Client:
        """Return a visitor's client."""
        return httpx.Client(base_url=self.base_url, timeout=30)


@contextmanager
def demo(folder: Path, *options: str) -> Iterator[Demo]:
    """Run the network with the demo's data until the end of the block."""
    running = Demo(folder, "--demo", *options)
    try:
        running.start(240)
        yield running
    finally:
        running.stop()


def gone(processes: list[psutil.Process]) -> bool:
    """Whether none of `processes` runs any longer."""
    return all(not process.is_running() or process.status() == psutil.STATUS_ZOMBIE for process in processes)


def ended_within(running: Demo, seconds: float) -> None:
    """Wait until the demo and all its processes are gone; AssertionError after `seconds`."""
    family = running.family()
    psutil.Process(running.pid).terminate()
    until_sync(lambda: not running.alive and gone(family), seconds, "every process to be gone")
