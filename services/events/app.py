"""Composition of events: the one place where its parts are put together."""

from pathlib import Path

from fastapi import FastAPI

from services.events import answer_pages, api, audit_pages, downloads, own_data, pages, staff_pages, subscribers
from services.events.models import HOUSE
from services.events.settings import EventsSettings
from services.events.usecases import retention
from shared.retention import sweep
from shared.web.app import build, compose


def create_app(settings: EventsSettings) -> FastAPI:
    """Return the application of events."""
    resources = compose(settings, HOUSE, Path(__file__).parent)
    subscribers.subscribe(resources.bus.ear)
    resources.bus.sweeps.append(sweep(retention.REMOVES, settings.keep_days))
    return build(
        resources,
        "events",
        "events",
        [
            api.router,
            own_data.router,
            audit_pages.router,
            downloads.router,
            answer_pages.router,
            staff_pages.router,
            pages.router,
        ],
    )
