"""What a supervised process is, and how to start one that cannot outlive its parent."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.servers.probes import Probe

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Child:
    """One process under the supervisor.

    `env` is added to a small `base_environment`, or with `inherit=True` to the whole of the parent's.
    Children start by rising `order` and stop by falling; `ready` must become true within `ready_within` seconds.
    """

    name: str
    argv: Sequence[str]
    ready: Probe
    env: Mapping[str, str] = field(default_factory=dict)
    order: int = 0
    inherit: bool = False
    cwd: Path | None = None
    ready_within: float = 60.0

    def environment(self) -> dict[str, str]:
        """The environment the process is started with."""
        return {**(os.environ if self.inherit else base_environment()), **self.env}


def base_environment() -> dict[str, str]:
    """The few variables every program may need; keeps stray settings of the parent (MEILI_…, NATS_…) out of servers."""
    wanted = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT", "TZ")
    return {name: os.environ[name] for name in wanted if name in os.environ}


def dies_with_parent() -> Callable[[], None] | None:
    """A `preexec_fn` that has the kernel kill the child when the starting thread ends, even by kill -9; None off Linux.

    The kernel ties this to the *thread* that forks: start long-lived children from the main thread.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def bind() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return bind


def kill_group(pid: int) -> None:
    """SIGKILL to the process group that `pid` leads; quiet when it is gone."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
