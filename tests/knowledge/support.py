"""What the tests of knowledge are made of: people, cases, facts, and signed-in clients."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import httpx
import sqlalchemy as sa
from fastapi import FastAPI
from joserfc.jwk import OKPKey
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import Case
from services.knowledge.schemas import CaseIn, SearchOut
from services.knowledge.schemas.needs import NeedIn
from services.knowledge.search.engine import Engine
from services.knowledge.search.query import Searcher
from services.knowledge.search.sync import Projection
from services.knowledge.usecases import editorial, loading
from shared.auth.actor import Actor, Grant
from shared.auth.session import issue
from shared.clock import now
from shared.db.session import Database, tables_of
from shared.ids import new_id
from shared.loading import LoadReport
from shared.web import csrf
from shared.web.app import Resources

BASE = "http://knowledge.test"
FIRM = new_id()
"""Whose need it is, where nothing else is said."""


def actor(*grants: Grant, by_token: bool = False) -> Actor:
    return Actor(new_id(), new_id(), "Kari Nordmann", grants, by_token)


def national() -> Actor:
    return actor(Grant("national"))


def staff_of(*regions: str) -> Actor:
    return actor(*(Grant("region_staff", region) for region in regions))


def partner() -> Actor:
    return actor(Grant("partner_member", organisation_id=new_id()))


def body(**changes: Any) -> dict[str, Any]:
    """Return the least that drafts a case."""
    least = {
        "title": "Elbusser i hele sentrum",
        "summary": "Fylket byttet ut dieselbussene.",
        "region": "agder",
        "language": "nb",
    }
    return {**least, **changes}


def given(**changes: Any) -> CaseIn:
    return CaseIn.model_validate(body(**changes))


def wanted(**changes: Any) -> NeedIn:
    least = {
        "title": "Elektriske lastebiler med tipp",
        "region": "agder",
        "wanted_by": (now() + timedelta(days=30)).date(),
        "organisation_id": FIRM,
    }
    return NeedIn.model_validate({**least, **changes})


def line(external_id: str, **changes: Any) -> str:
    return json.dumps(body(external_id=external_id, **changes), ensure_ascii=False)


async def published(session: AsyncSession, **changes: Any) -> Case:
    who = national()
    made = await editorial.draft(session, who, given(**changes))
    await editorial.submit(session, who, made.id)
    await editorial.approve(session, who, made.id)
    return await editorial.publish(session, who, made.id)


async def load(database: Database, lines: list[str], *, dry_run: bool = False) -> LoadReport:
    return await loading.load(database, lines, dry_run=dry_run, progress=lambda _more: None)


async def said(session: AsyncSession, subject: str = "") -> list[str]:
    """Return the subjects of the facts in the outbox, in order, that `subject` is part of."""
    outbox = tables_of(session).outbox
    query = sa.select(outbox.c.subject).where(outbox.c.subject.contains(subject)).order_by(outbox.c.seq)
    return list((await (await session.connection()).execute(query)).scalars())


class World:
    """The service and who uses it. `projection` sends to the index only when a test says so, or while it runs."""

    def __init__(self, app: FastAPI, private: OKPKey, engine: Engine) -> None:
        self.app = app
        self._private = private
        self.engine = engine
        self.projection = Projection(self.database, engine)

    @property
    def resources(self) -> Resources:
        found: Resources = self.app.state.resources
        return found

    @property
    def database(self) -> Database:
        return self.resources.database

    @property
    def searcher(self) -> Searcher:
        found: Searcher = self.app.state.search
        return found

    @asynccontextmanager
    async def client(self, who: Actor | None = None) -> AsyncIterator[httpx.AsyncClient]:
        """Yield a browser signed in as `who`, or a program where they hold a token."""
        headers = {"Accept-Language": "nb", "Accept": "text/html"}
        cookies = {}
        if who and who.by_token:
            headers["Authorization"] = f"Bearer {issue(self._private, who)}"
        elif who:
            cookies = {"session": issue(self._private, who)}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=BASE, cookies=cookies, headers=headers) as client:
            yield client

    def csrf(self, who: Actor) -> dict[str, str]:
        """Return the field every form of `who` carries."""
        return {csrf.FIELD: csrf.token(self.resources.keys.link, who)}

    async def publish(self, **changes: Any) -> Case:
        async with self.database.writing() as session:
            return await published(session, **changes)

    async def draft(self, who: Actor | None = None, **changes: Any) -> Case:
        async with self.database.writing() as session:
            return await editorial.draft(session, who or national(), given(**changes))

    async def case(self, case_id: UUID) -> Case:
        async with self.database.reading() as session:
            found = await session.get(Case, case_id)
            assert found is not None
            return found

    async def case_at(self, address: str) -> Case:
        """Return the case that a page is about."""
        return await self.case(UUID(address.rsplit("/", 1)[-1]))

    async def said(self, subject: str = "") -> list[str]:
        async with self.database.reading() as session:
            return await said(session, subject)

    async def search(self, **params: Any) -> dict[str, Any]:
        async with self.client() as client:
            answer = await client.get("/cases/api/v1/search", params=params)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        SearchOut.model_validate(found)
        return found

    async def titles(self, **params: Any) -> list[str]:
        return [hit["title"] for hit in (await self.search(**params))["hits"]]


def text_of(response: httpx.Response) -> str:
    """Return a page as text to look for words in."""
    return unescape(response.text)
