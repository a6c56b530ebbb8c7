"""One service as an application in the test's own process: on a fresh database of either kind, with the bus or without.

    databases = Databases("partners", folder)                     # migrated once, copied for each test
    async with service_app("partners", databases.sqlite(folder), folder) as service:
        await service.client("national").post("/partners/api/v1/organisations", json={...})
        await service.browser("region_staff", "agder").submit("/partners/new", name="Eik")

`shared.clock.frozen` reaches the service, since it runs in the test's task. Without `nats_url` the service is never on the bus:
what it says stays in its outbox, which `service.facts(OrganisationRecorded)` reads.
"""

import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import httpx
import sqlalchemy as sa
from fastapi import FastAPI

from deploy import installation
from deploy.commands.migrate import bring_up
from shared.auth.actor import Actor, Grant
from shared.auth.keys import keyring
from shared.auth.session import issue
from shared.contracts.message import Fact
from shared.contracts.vocabulary import Role
from shared.db.session import Database
from shared.ids import new_id
from shared.settings import ServiceSettings
from shared.web import csrf
from shared.web.envelope import session_cookie
from tests.support.postgres import Postgres, in_own_loop

BASE_URL = "http://koblingsboks.test"
F = TypeVar("F", bound=Fact)


class Databases:
    """Fresh databases of one service, copied from templates that were migrated once."""

    def __init__(self, service: str, folder: Path) -> None:
        self._service = service
        self._folder = folder
        self._sqlite: Path | None = None
        self._postgres: str | None = None

    def sqlite(self, folder: Path) -> str:
        """Return the URL of a new SQLite database in `folder`."""
        if self._sqlite is None:
            self._sqlite = self._folder / "template.db"
            self._bring_up(f"sqlite+aiosqlite:///{self._sqlite}")
        file = folder / f"{self._service}.db"
        shutil.copy(self._sqlite, file)
        return f"sqlite+aiosqlite:///{file}"

    @contextmanager
    def postgres(self, server: Postgres) -> Iterator[str]:
        """Yield the URL of a new PostgreSQL database, which is dropped at the end."""
        if self._postgres is None:
            self._postgres = f"{self._service}_template_{new_id().hex}"
            self._bring_up(server.create_database_sync(self._postgres))
        name = f"{self._service}_{new_id().hex}"
        yield server.create_database_sync(name, self._postgres)

        async def drop() -> str:
            await server.drop_database(name)
            return name

        in_own_loop(drop)

    def _bring_up(self, url: str) -> None:
        # In a thread of its own, since migrations start a loop.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(bring_up, settings_of(self._service, url, self._folder)).result(60)


def settings_of(service: str, url: str, folder: Path, **given: object) -> ServiceSettings:
    """Return the settings of a service on the database at `url`, with its keys in `folder`."""
    return installation.settings(
        service,
        folder,
        **{"database_url": url, "base_url": BASE_URL, "watchdog": False, "register_url": "", **given},
    )


class Browser:
    """A signed-in browser: it keeps cookies, and sends forms with the session's token."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self.http = http
        self.csrf = token

    async def get(self, path: str, **given: Any) -> httpx.Response:
        """Open a page."""
        return await self.http.get(path, **given)

    async def submit(self, path: str, **fields: Any) -> httpx.Response:
        """Send a form; a list sends a field several times, and bytes are sent as they are."""
        body = urlencode({"csrf_token": self.csrf, **fields}, doseq=True)
        return await self.http.post(path, content=body, headers={"content-type": "application/x-www-form-urlencoded"})


class ServiceApp:
    """A service that runs in this process."""

    def __init__(self, app: FastAPI, settings: ServiceSettings) -> None:
        self.app = app
        self.settings = settings
        self.database: Database = app.state.resources.database
        self._private = keyring(settings, signs=True).private
        self._open = AsyncExitStack()

    def visitor(self, **given: Any) -> httpx.AsyncClient:
        """Return a client that nobody is signed in on."""
        transport = httpx.ASGITransport(self.app, client=given.pop("address", ("203.0.113.7", 50_000)))
        return httpx.AsyncClient(transport=transport, base_url=self.settings.base_url, timeout=30, **given)

    def client(self, role: Role, region: str | None = None, organisation_id: UUID | None = None) -> httpx.AsyncClient:
        """Return a program's client with a role."""
        token = self.token(Grant(role, region, organisation_id))
        return self.visitor(headers={"Authorization": f"Bearer {token}"})

    def browser(self, role: Role, region: str | None = None, organisation_id: UUID | None = None) -> Browser:
        """Return a browser in which somebody with a role is signed in."""
        actor = Actor(new_id(), new_id(), "Prøve Person", (Grant(role, region, organisation_id),))
        return self.browser_of(actor)

    def browser_of(self, actor: Actor) -> Browser:
        """Return a browser in which `actor` is signed in."""
        assert self._private is not None
        cookie = session_cookie(self.settings.secure_cookies)
        http = self.visitor(cookies={cookie: issue(self._private, actor)})
        return Browser(http, csrf.token(self.app.state.resources.keys.link, actor))

    def token(self, *grants: Grant) -> str:
        """Return a bearer token with `grants`."""
        assert self._private is not None
        return issue(self._private, Actor(new_id(), new_id(), "Prøve", grants, by_token=True))

    async def facts(self, kind: type[F]) -> list[F]:
        """Return what the outbox holds of a fact, oldest first."""
        outbox = self.database.tables.outbox
        pattern = kind.subject.replace("*", "%")
        async with self.database.reading() as session:
            query = sa.select(outbox.c.payload).where(outbox.c.subject.like(pattern)).order_by(outbox.c.seq)
            payloads = (await (await session.connection()).execute(query)).scalars().all()
        return [kind.decoded(payload) for payload in payloads]


@asynccontextmanager
async def service_app(
    service: str, url: str, folder: Path, *, nats_url: str | None = None, **given: object
) -> AsyncIterator[ServiceApp]:
    """A service on the database at `url`; with `nats_url` it joins the bus there, whose streams must be established."""
    settings = settings_of(service, url, folder, **({"nats_url": nats_url} if nats_url else {}), **given)
    app = installation.create_app(service)(settings)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(app.state.resources.database.close)
        if nats_url:
            await stack.enter_async_context(app.router.lifespan_context(app))
        yield ServiceApp(app, settings)
