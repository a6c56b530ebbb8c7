"""Asking for links and opening them, as browsers do."""

import re
from datetime import UTC, datetime
from uuid import UUID

import httpx
import sqlalchemy as sa

from shared.auth.links import secret
from shared.contracts.partners import SignInRequested
from tests.support.apps import ServiceApp

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def ask(
    partners: ServiceApp,
    email: str,
    next: str = "/",
    address: str = "203.0.113.7",
    browser: httpx.AsyncClient | None = None,
) -> httpx.Response:
    """Ask for a link, in a browser of its own unless one is given."""
    visitor = browser or partners.visitor(address=(address, 1))
    answer = await visitor.post("/partners/sign-in", params={"next": next}, data={"email": email})
    if browser is None:
        await visitor.aclose()
    return answer


async def link(partners: ServiceApp) -> str:
    """Return the path of the newest link, as the notifier derives it from the fact."""
    fact = (await partners.facts(SignInRequested))[-1]
    return f"/partners/sign-in/{secret(partners.app.state.resources.keys.link, 'sign-in', fact.request_id)}"


async def asking(partners: ServiceApp, email: str = "ask@example.org", next: str = "/") -> httpx.AsyncClient:
    """Return a browser that asked for a link."""
    visitor = partners.visitor()
    await ask(partners, email, next, browser=visitor)
    return visitor


async def signed_in(partners: ServiceApp) -> httpx.AsyncClient:
    visitor = await asking(partners)
    assert (await visitor.post(await link(partners))).status_code == 303
    return visitor


async def submit(browser: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    """Send a form from one of the pages the browser's person sees."""
    token = re.search(r'name="csrf_token" value="(\w+)"', (await browser.get("/partners")).text)
    assert token is not None
    return await browser.post(path, data={"csrf_token": token[1], **fields})


async def rows(partners: ServiceApp, table: type) -> int:
    async with partners.database.reading() as session:
        return (await session.exec(sa.select(sa.func.count()).select_from(table))).scalar_one()


def shown(page: str) -> str:
    """Return a page without what was typed into it."""
    return re.sub(r"\w+@example\.org", "…", page)


async def noted_of(partners: ServiceApp, person_id: UUID) -> list[tuple[str, dict[str, list[str | None]]]]:
    """Return what the audit holds of somebody's ways in, oldest first."""
    audit = partners.database.tables.audit
    query = sa.select(audit.c.action, audit.c.changes).where(audit.c.subject_id == person_id).order_by(audit.c.seq)
    kinds = ("sign_in.%", "session.%", "token.%", "passkey.%", "identity.%")
    wanted = query.where(sa.or_(*(audit.c.action.like(kind) for kind in kinds)))
    async with partners.database.reading() as session:
        return [(action, changes) for action, changes in (await (await session.connection()).execute(wanted)).all()]
