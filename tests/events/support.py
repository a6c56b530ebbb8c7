"""What the tests of events are made of: people, times, webinars, facts, and signed-in clients."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import httpx
import sqlalchemy as sa
from fastapi import FastAPI
from joserfc.jwk import OKPKey
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.models import Webinar
from services.events.schemas import WebinarIn
from services.events.usecases import audiences, drafting, publishing
from shared.auth.actor import Actor, Grant
from shared.auth.session import issue
from shared.clock import now
from shared.contracts.partners import PersonStated, RegionRecorded
from shared.db.session import Database, tables_of
from shared.ids import new_id
from shared.web import csrf
from shared.web.app import Resources

REGIONS = ("nordland", "vestland", "agder")


def actor(*grants: Grant) -> Actor:
    return Actor(new_id(), new_id(), "Kari Nordmann", grants)


def national() -> Actor:
    return actor(Grant("national"))


def staff_of(*regions: str) -> Actor:
    return actor(*(Grant("region_staff", region) for region in regions))


def partner() -> Actor:
    return actor(Grant("partner_member", organisation_id=new_id()))


def in_days(days: float) -> datetime:
    """Return a wall time at ten o'clock so many days from now, far from any change of clocks that matters."""
    return (now() + timedelta(days=days)).replace(hour=10, minute=0, second=0, microsecond=0, tzinfo=None)


def given(**changes: Any) -> WebinarIn:
    start = changes.pop("starts_at", in_days(10))
    values: dict[str, Any] = {
        "title": "Klimakrav i anskaffelser",
        "summary": "Slik stiller dere krav som leverandørene kan svare på.",
        "scope": "national",
        "starts_at": start,
        "ends_at": changes.pop("ends_at", start + timedelta(hours=1)),
    }
    return WebinarIn(**{**values, **changes})


def as_json(**changes: Any) -> dict[str, Any]:
    """Return the body that posts a webinar."""
    body: dict[str, Any] = given(**changes).model_dump(mode="json")
    return {name: value for name, value in body.items() if value is not None}


async def with_regions(session: AsyncSession, *slugs: str) -> None:
    for slug in slugs or REGIONS:
        await audiences.note_region(session, region(slug))


def region(slug: str, version: int = 1) -> RegionRecorded:
    name = slug.capitalize()
    return RegionRecorded(
        region_id=new_id(),
        slug=slug,
        version=version,
        name_nb=name,
        name_nn=name,
        name_en=name,
        tile_row=1,
        tile_column=1,
    )


def person(version: int = 1, **values: Any) -> PersonStated:
    return PersonStated(
        **{"person_id": new_id(), "version": version, "name": "Ola", "email": "ola@example.no", **values}
    )


async def drafted(session: AsyncSession, **changes: Any) -> Webinar:
    return await drafting.draft(session, national(), given(**changes))


async def announced(session: AsyncSession, **changes: Any) -> Webinar:
    made = await drafted(session, **changes)
    return await publishing.publish(session, national(), made.id)


async def said(session: AsyncSession, subject: str = "") -> list[bytes]:
    """Return the payloads of the facts in the outbox, in order, that `subject` is part of."""
    outbox = tables_of(session).outbox
    query = sa.select(outbox.c.payload).where(outbox.c.subject.contains(subject)).order_by(outbox.c.seq)
    return list((await (await session.connection()).execute(query)).scalars())


class World:
    """The service and who uses it."""

    def __init__(self, app: FastAPI, private: OKPKey) -> None:
        self.app = app
        self._private = private

    @property
    def resources(self) -> Resources:
        found: Resources = self.app.state.resources
        return found

    @property
    def database(self) -> Database:
        return self.resources.database

    @property
    def link_key(self) -> bytes:
        return self.resources.keys.link

    @asynccontextmanager
    async def client(self, who: Actor | None = None) -> AsyncIterator[httpx.AsyncClient]:
        """Yield a browser, signed in as `who`."""
        cookies = {"session": issue(self._private, who)} if who else {}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        headers = {"Accept-Language": "nb", "Accept": "text/html"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://events.test", cookies=cookies, headers=headers
        ) as client:
            yield client

    def csrf(self, who: Actor) -> dict[str, str]:
        """Return the field every form of `who` carries."""
        return {csrf.FIELD: csrf.token(self.link_key, who)}

    async def announce(self, **changes: Any) -> Webinar:
        async with self.database.writing() as session:
            return await announced(session, **changes)

    async def draft(self, **changes: Any) -> Webinar:
        async with self.database.writing() as session:
            return await drafted(session, **changes)

    async def regions(self) -> None:
        async with self.database.writing() as session:
            await with_regions(session)

    async def said(self, subject: str = "") -> list[bytes]:
        async with self.database.reading() as session:
            return await said(session, subject)


def text_of(response: httpx.Response) -> str:
    """Return a page as text to look for words in."""
    return unescape(response.text)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def wall(*parts: int) -> datetime:
    """Return what a wall clock shows."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 it has no zone
