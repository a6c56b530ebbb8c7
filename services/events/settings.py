"""Settings of events."""

from typing import ClassVar

from shared.settings import ServiceSettings


class EventsSettings(ServiceSettings):
    """What events needs to know: no more than what all services do."""

    service: ClassVar[str] = "events"
