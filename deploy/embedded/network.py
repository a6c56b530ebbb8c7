"""The four services, the mailbox and the front door in one process: `python -m deploy.embedded.network`."""

import argparse
import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from deploy import installation
from deploy.commands.migrate import bring_up
from deploy.commands.topology import establish
from deploy.demo import load
from deploy.embedded.mailbox.pages import TEMPLATES as MAILBOX_TEMPLATES
from deploy.embedded.mailbox.pages import mailbox_routes
from deploy.embedded.mailbox.smtp import Keeper, smtp_server
from deploy.embedded.mailbox.store import Mailbox
from deploy.servers.keys import ensure_keys, master_key
from shared.auth.actor import Actor
from shared.auth.keys import keyring
from shared.auth.uses import TokenUses
from shared.contracts.catalogue import SERVICES
from shared.settings import ServiceSettings
from shared.telemetry import logs
from shared.web.envelope import Envelope
from shared.web.render import Renderer

AREAS = {"partners": "partners", "cases": "knowledge", "events": "events", "mail": "notifier"}
FRONT = "knowledge"
GRACE_SECONDS = 4

log = logging.getLogger(__name__)


class Network:
    """One ASGI application over the services: the first segment of the path decides who answers."""

    def __init__(self, apps: Mapping[str, FastAPI], mailbox: ASGIApp) -> None:
        self._apps = apps
        self._doors: dict[str, ASGIApp] = {area: apps[service] for area, service in AREAS.items()}
        self._doors["mailbox"] = mailbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        area = scope["path"].split("/", 2)[1] if scope["path"].startswith("/") else ""
        await self._doors.get(area, self._apps[FRONT])(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            async with self.running():
                await send({"type": "lifespan.startup.complete"})
                await receive()
        except Exception as error:
            log.exception("the network could not start")
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            raise
        await send({"type": "lifespan.shutdown.complete"})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run every service; Starlette does not do this for applications inside one another."""
        async with AsyncExitStack() as stack:
            for app in self._apps.values():
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield


def compose(data: Path) -> Network:
    """Put the services and the mailbox of the installation in `data` together."""
    settings = {service: installation.settings(service, data) for service in SERVICES}
    apps = {service: installation.create_app(service)(settings[service]) for service in SERVICES}
    return Network(apps, _mailbox(settings["partners"], data))


def _mailbox(settings: ServiceSettings, data: Path) -> ASGIApp:
    keys = keyring(settings)
    folder = MAILBOX_TEMPLATES.parent
    renderer = Renderer(
        (MAILBOX_TEMPLATES,), (folder / "locale",), link_key=keys.link, base_url=settings.base_url, demo=settings.demo
    )

    def render(request: Request, template: str, context: Mapping[str, Any]) -> Response:
        return renderer.page(request, template, context)

    async def as_signed(actor: Actor) -> Actor:
        return actor

    def refuse(_request: Request, status: int, text: str) -> Response:
        return Response(text, status)

    app = Starlette(routes=mailbox_routes(Mailbox(data), render))
    return Envelope(app, keys, as_signed, refuse, secure=settings.secure_cookies, service="mailbox", uses=TokenUses())


def prepare(data: Path) -> None:
    """Bring search keys, databases, streams and, where wanted, the demo's data into place."""
    known = installation.read(data)
    ensure_keys(known["meili_url"], master_key(data))
    for service in SERVICES:
        bring_up(installation.settings(service, data))
    asyncio.run(establish(known["nats_url"]))
    if known["demo"]:
        asyncio.run(load.load(data))


async def serve(data: Path, port: int, smtp_port: int) -> None:
    """Serve the whole network until SIGTERM or SIGINT."""
    app = await asyncio.to_thread(partial(compose, data))
    async with smtp_server(Keeper(Mailbox(data)), smtp_port):
        config = uvicorn.Config(
            app,
            host="127.0.0.1",
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        await uvicorn.Server(config).serve()


def main() -> None:
    """Read the arguments, prepare and serve."""
    parser = argparse.ArgumentParser(prog="python -m deploy.embedded.network", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    given = parser.parse_args()
    logs.configure("network")
    prepare(given.data)
    with asyncio.Runner(loop_factory=_loop) as runner:
        runner.run(serve(given.data, given.port, given.smtp_port))


def _loop() -> asyncio.AbstractEventLoop:
    return uvicorn.Config("", loop="auto").get_loop_factory()()  # type: ignore[misc]


if __name__ == "__main__":
    main()
