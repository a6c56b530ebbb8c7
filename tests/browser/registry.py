"""The registry alone on a port of localhost, where browsers have passkeys."""

import asyncio
import re
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import uvicorn
from playwright.sync_api import Browser, Page, expect

from deploy import installation
from deploy.servers.ports import free_port
from tests.partners.signing import link
from tests.support.apps import Databases, ServiceApp, service_app
from tests.support.wait import until_sync

T = TypeVar("T")
ISSUER = {"key": "work", "name": "Jobbkontoen", "issuer": "https://login.example.org", "client_id": "koblingsboks"}


class Registry:
    """The registry on a port of localhost, and what the tests do to it behind the browser's back."""

    def __init__(self, url: str, folder: Path, port: int) -> None:
        self.base_url = f"http://localhost:{port}"
        self._url = url
        self._folder = folder

    def do(self, work: Callable[[ServiceApp], Awaitable[T]]) -> T:
        """Run `work` on the registry's database; in a thread, since the browser's own loop runs in this one."""

        async def run() -> T:
            async with service_app("partners", self._url, self._folder, base_url=self.base_url) as service:
                return await work(service)

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: asyncio.run(run())).result(60)


@contextmanager
def running_registry(folder: Path) -> Iterator[Registry]:
    """Run the registry, with an issuer nobody reaches, until the end of the block."""
    url, port = Databases("partners", folder).sqlite(folder), free_port()
    found = Registry(url, folder, port)
    settings = installation.settings(
        "partners",
        folder,
        database_url=url,
        base_url=found.base_url,
        watchdog=False,
        register_url="",
        oidc_issuers=[ISSUER],
    )
    app = installation.create_app("partners")(settings)
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, lifespan="off", log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until_sync(lambda: server.started, 20)
    yield found
    server.should_exit = True
    thread.join(10)


@contextmanager
def page_with_authenticator(browser: Browser, registry: Registry) -> Iterator[Page]:
    """Open a page whose browser has an authenticator that knows its user."""
    context = browser.new_context(base_url=registry.base_url, locale="nb-NO", viewport={"width": 320, "height": 800})
    opened = context.new_page()
    devtools = context.new_cdp_session(opened)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield opened
    context.close()


def ask_for_link(page: Page, registry: Registry) -> None:
    """Ask for a link, and open it."""
    page.goto("/partners/sign-in?next=/partners/people")
    page.locator("[name=email]").fill("ask@example.org")
    page.get_by_role("button", name="Send meg en lenke").click()
    expect(page.get_by_role("heading", name="Se i innboksen din")).to_be_visible()
    page.goto(registry.do(link))
    page.locator("main").get_by_role("button", name="Logg inn").click()


def sign_out(page: Page) -> None:
    page.locator(".kb-account summary").click()
    page.get_by_role("button", name=re.compile("Logg ut")).click()
    page.wait_for_url("**/")
