"""Composition of the notifier: the one place where its parts are put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from services.notifier import api, downloads, jobs, own_data, pages, preference_pages, subscribers
from services.notifier.addresses import Links
from services.notifier.emptying import Emptying
from services.notifier.fail_points import ending
from services.notifier.mails import Mailroom
from services.notifier.models import HOUSE
from services.notifier.sending import Sender
from services.notifier.settings import NotifierSettings
from services.notifier.transport import Route, Server
from services.notifier.usecases import retention
from shared.retention import sweep
from shared.web.app import Resources, build, compose


def create_app(settings: NotifierSettings) -> FastAPI:
    """Return the application of the notifier."""
    resources = compose(settings, HOUSE, Path(__file__).parent)
    subscribers.subscribe(resources.bus.ear)
    resources.bus.sweeps.append(sweep(retention.REMOVES, settings.keep_days))
    sender = make_sender(settings, resources)
    emptying = Emptying(resources.database, make_route(settings))
    ticking = jobs.clock(resources.database)

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        resources.background.run(sender.run)
        resources.background.run(emptying.run)
        async with ticking():
            yield

    routers = [api.router, own_data.router, downloads.router, preference_pages.router, pages.router]
    return build(resources, "mail", "notifier", routers, running=running)


def make_sender(settings: NotifierSettings, resources: Resources) -> Sender:
    """Return the sender `settings` describe."""
    room = Mailroom(settings.mail_from, settings.domain(), Links(settings.base_url, resources.keys.link))
    return Sender(resources.database, room, make_route(settings), fail_point=ending(settings.mail_fail_point))


def make_route(settings: NotifierSettings) -> Route:
    """Return a way to the mail server of its own."""
    return Route(Server.of(settings.smtp_url.get_secret_value()), settings.domain())
