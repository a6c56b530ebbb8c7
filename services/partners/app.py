"""Composition of partners: the one place where its parts are put together."""

from pathlib import Path

from fastapi import FastAPI

from services.partners import api, jobs, pages, subscribers
from services.partners.models import HOUSE
from services.partners.settings import PartnersSettings
from shared.web.app import build, compose


def create_app(settings: PartnersSettings) -> FastAPI:
    """Return the application of partners."""
    resources = compose(settings, HOUSE, Path(__file__).parent, signs=True)
    subscribers.subscribe(resources.bus.ear)
    return build(resources, "partners", "partners", [api.router, pages.router], running=jobs.clock(resources))
