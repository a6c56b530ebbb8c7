"""Running one service in its own process."""

from collections.abc import Callable
from typing import TypeVar

import uvicorn
from fastapi import FastAPI

from shared.settings import ServiceSettings
from shared.telemetry import logs

S = TypeVar("S", bound=ServiceSettings)
GRACE_SECONDS = 8


def serve(create_app: Callable[[S], FastAPI], settings: S) -> None:
    """Serve the application of `settings` until SIGTERM or SIGINT; running requests get eight seconds."""
    logs.configure(settings.service, settings.log_level)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
