"""Settings of events."""

from typing import ClassVar

from pydantic import Field

from shared.settings import ServiceSettings


class EventsSettings(ServiceSettings):
    """What events needs to know beyond what all services do."""

    service: ClassVar[str] = "events"

    mail_from: str = Field(
        "Koblingsboks <post@koblingsboks.example.org>",
        description="Name and address all mail comes from; calendar files name it as the organiser, as the mails do.",
    )
