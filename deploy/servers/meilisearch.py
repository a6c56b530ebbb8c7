"""Meilisearch as a child process: its data is a projection, so a change of version simply starts an empty folder."""

from pathlib import Path

from deploy.servers.obtain import REMEDY, meilisearch_binary, meilisearch_version
from deploy.servers.places import MIB, writable_folder
from deploy.servers.ports import LOOPBACK
from deploy.servers.probes import http_probe
from deploy.servers.problems import SetupProblem
from deploy.servers.process import Child

__all__ = ["meilisearch_binary", "meilisearch_child", "meilisearch_url", "meilisearch_version"]

ROOM = 256 * MIB


def meilisearch_url(port: int) -> str:
    """Where clients connect."""
    return f"http://{LOOPBACK}:{port}"


def meilisearch_child(data: Path, port: int, master_key: str, binary: Path, order: int = 10) -> Child:
    """Meilisearch with its index under `<data>/meilisearch/<version>`; ready when /health says so.

    The master key travels by environment, so that it is not seen in the list of processes.
    """
    version = meilisearch_version(binary)
    if not version:
        raise SetupProblem(f"{binary} does not run as Meilisearch.", REMEDY)
    folder = writable_folder(data / "meilisearch" / version, "--data", ROOM).resolve()
    options = {
        "--env": "production",
        "--db-path": str(folder / "index"),
        "--dump-dir": str(folder / "dumps"),
        "--snapshot-dir": str(folder / "snapshots"),
        "--http-addr": f"{LOOPBACK}:{port}",
        "--max-indexing-memory": "512MiB",
        "--log-level": "WARN",
    }
    argv = [str(binary), "--no-analytics", *(word for pair in options.items() for word in pair)]
    env = {"MEILI_MASTER_KEY": master_key}
    return Child("meilisearch", argv, http_probe(port, "/health"), env=env, order=order, cwd=folder, ready_within=90)
