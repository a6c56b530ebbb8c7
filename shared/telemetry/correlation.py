"""One id that follows a click through outbox, bus and mail."""

from contextvars import ContextVar

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")
