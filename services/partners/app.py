"""Composition of partners: the one place where its parts are put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from services.partners import api, jobs, pages, subscribers
from services.partners.import_runner import entering
from services.partners.models import HOUSE
from services.partners.oidc.provider import providers
from services.partners.queries.privacy import settled
from services.partners.register.client import Register
from services.partners.resources import PartnersResources
from services.partners.settings import PartnersSettings
from services.partners.usecases import retention
from shared.retention import sweep
from shared.web.app import build, compose


def create_app(settings: PartnersSettings) -> FastAPI:
    """Return the application of partners."""
    common = compose(settings, HOUSE, Path(__file__).parent, signs=True)
    resources = PartnersResources(
        **vars(common), register=Register(settings.register_url), issuers=providers(settings.oidc_issuers)
    )
    subscribers.subscribe(resources.bus.ear)
    resources.bus.gone = settled
    resources.bus.sweeps.append(sweep(retention.REMOVES, settings.keep_days))

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        async with resources.register, jobs.clock(resources)():
            resources.background.run(entering(resources.database))
            yield

    return build(resources, "partners", "partners", [api.router, pages.router], running=running)
