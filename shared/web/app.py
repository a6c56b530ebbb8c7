"""A service as an ASGI application: its routers, the kit, the bus and its background work, put together in one place."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import APIRouter, FastAPI
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from shared.auth.access import admitted
from shared.auth.actor import Actor
from shared.auth.keys import Keyring, keyring
from shared.auth.uses import TokenUses, stating
from shared.bus.broker import Bus
from shared.db.base import HouseTables
from shared.db.session import Database
from shared.scheduling import Background
from shared.settings import ServiceSettings
from shared.telemetry.health import Check, health_routes
from shared.web import problems, reference
from shared.web.envelope import Admitted, Envelope
from shared.web.render import STATIC, Renderer


@dataclass
class Resources:
    """What a service is composed of; doors find it on `app.state.resources`."""

    settings: ServiceSettings
    database: Database
    keys: Keyring
    renderer: Renderer
    bus: Bus
    background: Background = field(default_factory=lambda: Background("service"))
    token_uses: TokenUses = field(default_factory=TokenUses)


def compose(settings: ServiceSettings, tables: HouseTables, folder: Path, *, signs: bool = False) -> Resources:
    """Return the resources every service has; `folder` is the service's own, with `templates` and `locale` inside."""
    keys = keyring(settings, signs=signs)
    database = Database(settings.database(), tables)
    renderer = Renderer(
        (folder / "templates",),
        (folder / "locale",),
        link_key=keys.link,
        base_url=settings.base_url,
        demo=settings.demo,
    )
    return Resources(settings, database, keys, renderer, Bus(settings, database), Background(settings.service))


Running = Callable[[], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield


def build(
    resources: Resources,
    area: str,
    title: str,
    routers: Sequence[APIRouter],
    checks: dict[str, Check] | None = None,
    running: Running = _nothing,
) -> FastAPI:
    """Return the application of a service.

    `area` is its first path segment, `routers` its doors, `checks` what must answer for it to be ready, and `running` a context
    that is open while it runs.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await resources.bus.start()
        if tell := stating(resources.settings.service, resources.database):
            resources.background.run(resources.token_uses.telling(tell))
        try:
            async with running():
                yield
        finally:
            await resources.background.stop()
            await resources.bus.stop()
            await resources.database.close()

    app = FastAPI(
        title=f"Koblingsboks: {title}",
        version="1",
        openapi_url=f"/{area}/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.resources = resources
    for router in (*routers, reference.router(area, title)):
        app.include_router(router)
    app.routes.extend(health_routes(area, {"database": _database(resources), "bus": _bus(resources), **(checks or {})}))
    app.mount("/static", _Static(directory=STATIC))
    problems.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=2_000, compresslevel=5)
    app.add_middleware(
        Envelope,
        keys=resources.keys,
        admitted=_admitted(resources),
        refuse=problems.answer,
        fail=problems.failed,
        secure=resources.settings.secure_cookies,
        service=resources.settings.service,
        uses=resources.token_uses,
    )
    return app


class _Static(StaticFiles):
    """Static files; an address with a hash is good for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        hashed = b"v=" in scope.get("query_string", b"")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "public, max-age=300"
        return response


def _admitted(resources: Resources) -> Admitted:
    async def check(actor: Actor) -> Actor | None:
        async with resources.database.reading() as session:
            return await admitted(session, actor)

    return check


def _database(resources: Resources) -> Check:
    async def check() -> str:
        try:
            async with asyncio.timeout(2), resources.database.reading() as session:
                await (await session.connection()).execute(text("SELECT 1"))
        except (OSError, TimeoutError, SQLAlchemyError) as error:
            return f"the database does not answer: {type(error).__name__}"
        return ""

    return check


def _bus(resources: Resources) -> Check:
    async def check() -> str:
        return "" if resources.bus.alive() else resources.bus.problem or "NATS is away; messages wait in the outbox"

    return check


def request_url(request: Request, path: str) -> str:
    """Return `path` under the configured address, never under what the request's headers claim."""
    base: str = request.app.state.resources.settings.base_url
    return base.rstrip("/") + path
