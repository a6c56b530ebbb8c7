"""Real servers for tests and benchmarks, each on a free loopback port, for the time of a `with` block.

    with nats_server(folder) as nats:
        nats.kill(); nats.start(); nats.pause(); nats.resume(); nats.restart()

Every server dies with the thread that started it, so start them from the main thread (a plain pytest fixture does).
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from deploy.embedded.mailbox.store import Mailbox
from deploy.servers import keys
from deploy.servers.meilisearch import meilisearch_binary, meilisearch_child, meilisearch_url
from deploy.servers.nats import MAX_FILE_STORE, nats_child, nats_url
from deploy.servers.ports import LOOPBACK, free_port
from deploy.servers.process import Child
from tests.support.postgres import Postgres, postgres_server
from tests.support.running import Server, answers_ok, greets

__all__ = [
    "Meilisearch",
    "Nats",
    "Postgres",
    "SmtpSink",
    "meilisearch_server",
    "nats_server",
    "postgres_server",
    "smtp_sink",
]

AnyServer = TypeVar("AnyServer", bound=Server)
ROOT = Path(__file__).resolve().parents[2]


class Nats(Server):
    """nats-server with JetStream: `url` for clients, `monitor` for /healthz, /jsz and /varz."""

    def __init__(self, folder: Path, max_file_store: int = MAX_FILE_STORE) -> None:
        port, monitor_port = free_port(), free_port()
        self.port = port
        self.url = nats_url(port)
        self.monitor = f"http://{LOOPBACK}:{monitor_port}"
        child = nats_child(folder, port, monitor_port, max_file_store)
        super().__init__(child.argv, answers_ok(f"{self.monitor}/healthz"), folder / "nats.log")


class Meilisearch(Server):
    """Meilisearch in production mode, its two scoped keys made: `url`, `master_key`, `indexer_key`, `search_key`."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = meilisearch_url(self.port)
        self.master_key = keys.master_key(folder)
        self.indexer_key = keys.key_value(self.master_key, keys.INDEXER)
        self.search_key = keys.key_value(self.master_key, keys.SEARCH)
        child: Child = meilisearch_child(folder, self.port, self.master_key, meilisearch_binary())
        log = folder / "meilisearch.log"
        super().__init__(child.argv, answers_ok(f"{self.url}/health"), log, env=child.env, cwd=child.cwd)


class SmtpSink(Server):
    """The mailbox's SMTP server as its own process: `host`, `port`, and `mailbox` to read what was accepted."""

    def __init__(self, folder: Path) -> None:
        self.host = LOOPBACK
        self.port = free_port()
        self.mailbox = Mailbox(folder)
        argv = [sys.executable, "-m", "deploy.embedded.mailbox", "--data", str(folder), "--smtp-port", str(self.port)]
        super().__init__(argv, greets(self.port), folder / "smtp.log", cwd=ROOT)


@contextmanager
def nats_server(folder: Path, max_file_store: int = MAX_FILE_STORE) -> Iterator[Nats]:
    """A nats-server whose store is under `folder`, which may be used again by a later one."""
    with _running(Nats(folder, max_file_store)) as server:
        yield server


@contextmanager
def meilisearch_server(folder: Path) -> Iterator[Meilisearch]:
    """A Meilisearch with its index under `folder`."""
    with _running(Meilisearch(folder)) as server:
        keys.ensure_keys(server.url, server.master_key)
        yield server


@contextmanager
def smtp_sink(folder: Path) -> Iterator[SmtpSink]:
    """An SMTP server that keeps all it accepts under `<folder>/mailbox`."""
    with _running(SmtpSink(folder)) as server:
        yield server


@contextmanager
def _running(server: AnyServer) -> Iterator[AnyServer]:
    try:
        server.start()
        yield server
    finally:
        server.stop()
