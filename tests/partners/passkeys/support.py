"""Making and showing passkeys, as a page's script does."""

import re
from typing import Any
from uuid import UUID

import httpx
import sqlalchemy as sa

from services.partners.models import Passkey
from tests.partners.signing import link
from tests.partners.support import HTML, person
from tests.support.apps import ServiceApp
from tests.support.authenticator import Authenticator

ORIGIN = "https://koblingsboks.test"
SESSION = "__Host-session"
OWN = "/partners/me/passkeys"
STEP = "/partners/sign-in-step"


async def csrf_of(visitor: httpx.AsyncClient) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="(\w*)"', (await visitor.get("/partners", headers=HTML)).text)
    return {"csrf_token": found[1] if found else ""}


async def by_link(partners: ServiceApp, email: str = "ask@example.org", next: str = "/") -> httpx.AsyncClient:
    """Return a browser in which somebody opened the link they asked for."""
    visitor = partners.visitor()
    await visitor.post("/partners/sign-in", params={"next": next}, data={"email": email})
    assert (await visitor.post(await link(partners))).status_code == 303
    return visitor


async def options(visitor: httpx.AsyncClient, path: str) -> dict[str, Any]:
    answer = await visitor.post(path)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    return dict(answer.json())


async def with_passkey(partners: ServiceApp, device: Authenticator, **given: Any) -> tuple[UUID, httpx.AsyncClient]:
    """Enter somebody with a passkey on the device; returns also the browser they are signed in in."""
    ask_id = await person(partners, "ask@example.org", **given)
    visitor = await by_link(partners)
    sent = device.create(await options(visitor, f"{OWN}/options"))
    answer = await visitor.post(OWN, data={**await csrf_of(visitor), "credential": sent, "name": "Telefonen"})
    assert answer.status_code == 303
    return ask_id, visitor


async def shown(partners: ServiceApp, device: Authenticator, **given: Any) -> httpx.Response:
    """Sign in with the device's passkey in a new browser."""
    async with partners.visitor() as visitor:
        sent = device.get(await options(visitor, "/partners/passkeys/options"), **given)
        return await visitor.post("/partners/sign-in-passkey?next=/events", data={"credential": sent})


async def national(partners: ServiceApp, device: Authenticator) -> tuple[UUID, httpx.AsyncClient]:
    """Enter a national coordinator with a passkey; returns also the browser they are signed in in."""
    ask_id = await person(partners, "ask@example.org", role="national")
    visitor = await by_link(partners)
    sent = device.create(await options(visitor, f"{STEP}/options"))
    assert (await visitor.post(STEP, data={"credential": sent})).status_code == 303
    return ask_id, visitor


async def keys_of(service: ServiceApp) -> list[UUID]:
    async with service.database.reading() as session:
        return list((await session.exec(sa.select(Passkey.id).order_by(Passkey.id))).scalars().all())
