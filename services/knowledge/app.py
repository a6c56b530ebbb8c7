"""Composition of knowledge: the one place where its parts are put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from sqlmodel import select

from services.knowledge import api, jobs, own_data, pages, subscribers
from services.knowledge.matchmaker import Matchmaker
from services.knowledge.models import HOUSE, Case
from services.knowledge.opendata.catalogue import Publisher
from services.knowledge.regionbook import RegionBook
from services.knowledge.search.engine import Engine
from services.knowledge.search.meaning import standard
from services.knowledge.search.query import Searcher
from services.knowledge.search.sync import Projection
from services.knowledge.settings import KnowledgeSettings
from services.knowledge.termbook import TermBook
from services.knowledge.usecases import retention
from shared.db.session import Database
from shared.retention import sweep
from shared.telemetry.health import Check
from shared.web.app import build, compose


def create_app(settings: KnowledgeSettings) -> FastAPI:
    """Return the application of knowledge."""
    resources = compose(settings, HOUSE, Path(__file__).parent)
    subscribers.subscribe(resources.bus.ear)
    resources.bus.sweeps.append(sweep(retention.REMOVES, settings.keep_days))
    searcher = Searcher(settings.meili_url.rstrip("/"), settings.search_key)
    engine = Engine(settings.meili_url.rstrip("/"), settings.index_key, settings.search_key)

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        resources.background.run(dictionaries)
        resources.background.run(Projection(resources.database, engine).run)
        resources.background.run(Matchmaker(resources.database, searcher).run)
        try:
            async with jobs.ticking(resources.database):
                yield
        finally:
            await resources.background.stop()
            await searcher.close()
            engine.close()

    checks = {"search": search_check(resources.database, searcher)}
    routers = [api.router, own_data.router, pages.router]
    app = build(resources, "cases", "knowledge", routers, checks, running)
    app.state.search = searcher
    app.state.regions = RegionBook(resources.database)
    app.state.terms = TermBook(resources.database)
    app.state.publisher = Publisher(settings.publisher_name, settings.publisher_number, settings.publisher_contact)
    return app


async def dictionaries() -> None:
    """Read the dictionaries and the thesaurus before somebody searches: it takes a second or two."""
    await asyncio.to_thread(standard)


def search_check(database: Database, searcher: Searcher) -> Check:
    """Return the check that a search finds something wherever there is something to find."""

    async def check() -> str:
        indexed = select(Case.id).where(Case.status == "published", Case.indexed_version == Case.version).limit(1)
        async with database.reading() as session:
            expects_hits = (await session.exec(indexed)).first() is not None
        return await searcher.canary(expects_hits=expects_hits)

    return check
