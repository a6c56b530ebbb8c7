"""The one way out of a service and the one way in: facts recorded in the change's transaction, and heard once."""

from shared.outbox.inbox import first_time
from shared.outbox.record import record

__all__ = ["first_time", "record"]
