"""The whole network as it runs in production: each service in its own process, on real servers, for tests.

with separate_network(folder, postgres=None) as network:
    network.services["notifier"].kill(); network.services["notifier"].start()
    network.client(role="national").post("/events/api/v1/webinars", json={...})
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from deploy import installation
from deploy.commands.migrate import bring_up
from deploy.commands.topology import establish
from deploy.installation import Installation
from deploy.servers.ports import LOOPBACK, free_port
from shared.auth.actor import Grant
from shared.auth.keys import keyring
from shared.auth.session import issue, service_actor
from shared.contracts.catalogue import SERVICES
from shared.contracts.vocabulary import Role
from tests.support.postgres import Postgres
from tests.support.running import Server, answers_ok
from tests.support.servers import Meilisearch, Nats, SmtpSink, meilisearch_server, nats_server, smtp_sink
from tests.support.wait import until_sync

ROOT = Path(__file__).resolve().parents[2]
AREAS = {"partners": "partners", "cases": "knowledge", "events": "events", "mail": "notifier"}


class RoutedTransport(httpx.BaseTransport):
    """Sends each request to the service its first path segment belongs to, as the gateway does."""

    def __init__(self, ports: dict[str, int]) -> None:
        self._ports = ports
        self._inner = httpx.HTTPTransport(retries=1)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        area = request.url.path.split("/")[1] if "/" in request.url.path else ""
        request.url = request.url.copy_with(port=self._ports[AREAS.get(area, "knowledge")])
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


@dataclass
class SeparateNetwork:
    """A running network; its parts may be killed, paused and started again."""

    folder: Path
    nats: Nats
    meilisearch: Meilisearch
    smtp: SmtpSink
    services: dict[str, Server]
    ports: dict[str, int]
    base_url: str

    def token(self, role: Role, region: str | None = None) -> str:
        """Return a bearer token, as `koblingsboks token` prints it."""
        private = keyring(installation.common(self.folder), signs=True).private
        assert private is not None
        return issue(private, service_actor(Grant(role, region), f"test {role}"))

    def client(self, role: Role | None = None, region: str | None = None, **kwargs: Any) -> httpx.Client:
        """Return a client with the rights of `role`; without one, a visitor's."""
        headers = {"Authorization": f"Bearer {self.token(role, region)}"} if role else {}
        transport = RoutedTransport(self.ports)
        return httpx.Client(base_url=self.base_url, transport=transport, headers=headers, timeout=30, **kwargs)


@contextmanager
def separate_network(folder: Path, postgres: Postgres | None = None) -> Iterator[SeparateNetwork]:
    """Run four services in four processes; on SQLite, or on `postgres` with a database each."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        nats = stack.enter_context(nats_server(folder / "servers"))
        meilisearch = stack.enter_context(meilisearch_server(folder / "servers"))
        smtp = stack.enter_context(smtp_sink(folder / "servers"))
        ports = {service: free_port() for service in SERVICES}
        base_url = f"http://{LOOPBACK}:{ports['knowledge']}"
        Installation(
            base_url=base_url,
            nats_url=nats.url,
            meili_url=meilisearch.url,
            meili_index_key=meilisearch.indexer_key,
            meili_search_key=meilisearch.search_key,
            smtp_url=f"smtp://{smtp.host}:{smtp.port}",
        ).write(folder)
        environment = {"KOBLINGSBOKS_DATA": str(folder), **_database(postgres)}
        _prepare(folder, nats, environment)
        services = {service: _service(service, folder, ports[service], environment) for service in SERVICES}
        for server in services.values():
            server.launch()
            stack.callback(server.stop)
        for server in services.values():
            _await_ready(server)
        yield SeparateNetwork(folder, nats, meilisearch, smtp, services, ports, base_url)


def _database(postgres: Postgres | None) -> dict[str, str]:
    if postgres is None:
        return {}
    for service in SERVICES:
        postgres.create_database_sync(service)
    return {"KOBLINGSBOKS_DATABASE_URL": f"{postgres.url}/{{service}}"}


def _prepare(folder: Path, nats: Nats, environment: dict[str, str]) -> None:
    url = environment.get("KOBLINGSBOKS_DATABASE_URL", "")
    for service in SERVICES:
        bring_up(installation.settings(service, folder, database_url=url))
    asyncio.run(establish(nats.url))


def _service(service: str, folder: Path, port: int, environment: dict[str, str]) -> Server:
    area = next(area for area, name in AREAS.items() if name == service)
    return Server(
        [sys.executable, "-m", "deploy.cli", "serve", service, "--data", str(folder)],
        answers_ok(f"http://{LOOPBACK}:{port}/{area}/health/ready"),
        folder / "logs" / f"{service}.log",
        env={**environment, "KOBLINGSBOKS_PORT": str(port)},
        cwd=ROOT,
    )


def _await_ready(server: Server) -> None:
    until_sync(lambda: server.ready() or not server.alive, 60, f"{server.argv[4]} to be ready")
    assert server.alive, server.log.read_text(errors="replace")[-3000:]
