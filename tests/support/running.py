"""One server process that a test may kill, pause and restart; never left behind."""

import contextlib
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

from deploy.servers.ports import LOOPBACK
from deploy.servers.process import base_environment, dies_with_parent, kill_group
from tests.support.wait import until_sync


class Server:
    """A server process on a loopback port. Start it from the main thread: it dies with the thread that started it."""

    def __init__(
        self,
        argv: Sequence[str],
        ready: Callable[[], bool],
        log: Path,
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        user: str | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.argv = list(argv)
        self.ready = ready
        self.log = log
        self.env = {**base_environment(), **(env or {})}
        self.cwd = cwd
        self.user = user
        self.stop_signal = stop_signal
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id; AssertionError when it was never started."""
        assert self._process is not None, "the server was never started"
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs (also when paused)."""
        return self._process is not None and self._process.poll() is None

    def launch(self) -> None:
        """Starts the process without waiting; in async tests follow with `await until(server.ready, …)`."""
        assert not self.alive, "the server runs already"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                self.argv,
                env=self.env,
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                process_group=0,
                user=self.user,
                extra_groups=[] if self.user else None,
                preexec_fn=dies_with_parent(),
            )

    def start(self, timeout: float = 60.0) -> None:
        """Starts the process and waits until it is ready; AssertionError with the end of its log when it is not."""
        self.launch()
        try:
            until_sync(lambda: self.ready() or not self.alive, timeout, f"{self.argv[0]} to be ready")
            assert self.alive, f"{self.argv[0]} ended with code {self._process and self._process.returncode}"
        except AssertionError as error:
            self.kill()
            raise AssertionError(f"{error}\n{self.log.read_text(errors='replace')[-2000:]}") from error

    def kill(self) -> None:
        """SIGKILL to the process and all it started, as a crash would; returns when they are gone."""
        if self._process is None:
            return
        family = self._family() if self.alive else []
        kill_group(self._process.pid)
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs([process for process in family if process.pid != self._process.pid], timeout=10)
        self._process.wait(10)

    def _family(self) -> list[psutil.Process]:
        leader = psutil.Process(self.pid)
        return [leader, *leader.children(recursive=True)]

    def stop(self, timeout: float = 15.0) -> None:
        """A polite stop, SIGKILL after `timeout` seconds; also ends a paused process."""
        if self._process is None or not self.alive:
            return
        self.resume()
        self._process.send_signal(self.stop_signal)
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()

    def restart(self, timeout: float = 60.0) -> None:
        """Stops the process if it runs, and starts it again on the same port and data."""
        self.stop()
        self.start(timeout)

    def pause(self) -> None:
        """SIGSTOP: the port stays open and nobody answers."""
        for process in self._family():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.suspend()

    def resume(self) -> None:
        """SIGCONT after `pause`."""
        for process in self._family():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()


def answers_ok(url: str) -> Callable[[], bool]:
    """A readiness condition: GET `url` answers 200."""

    def ready() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    return ready


def greets(port: int) -> Callable[[], bool]:
    """A readiness condition: the server on the loopback port says something first, as SMTP does."""

    def ready() -> bool:
        try:
            with socket.create_connection((LOOPBACK, port), timeout=2) as connection:
                return bool(connection.recv(3))
        except OSError:
            return False

    return ready
