"""Loopback ports: picking a free one, and refusing early when a wanted one is taken."""

import errno
import socket

from deploy.servers.problems import SetupProblem

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """A loopback TCP port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def ensure_free(port: int, option: str) -> None:
    """Raises SetupProblem when `port` on loopback is taken; `option` is what a person changes, such as "--port"."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise SetupProblem(
                    f"Port {port} needs more rights.", f"Choose one above 1023 with {option}."
                ) from error
            if error.errno == errno.EADDRINUSE:
                remedy = f"Stop the program that uses it, or choose another with {option}."
                raise SetupProblem(f"Port {port} is taken.", remedy) from error
            raise
