"""Logs: one JSON object a line, with the correlation id, without personal data."""

import logging
import sys

from pythonjsonlogger.json import JsonFormatter

from shared.telemetry.correlation import correlation_id

QUIET = ("apscheduler", "faststream", "nats", "aiosqlite", "mail.log", "httpx", "uvicorn.access")


class _Correlated(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.correlation_id = correlation_id.get()
        return True


def configure(service: str, level: str = "INFO") -> None:
    """Send every log of this process to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_Correlated())
    fields = "{asctime}{levelname}{name}{message}{correlation_id}"
    rename = {"asctime": "time", "levelname": "level", "name": "logger"}
    handler.setFormatter(JsonFormatter(fields, style="{", rename_fields=rename, static_fields={"service": service}))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
