"""What the notifier states."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.message import Fact


class AudienceFrozen(Fact):
    """Those to be told about `about` were counted and written down; `audience` is the number of people."""

    subject: ClassVar[str] = "notifier.audience.frozen.v1"
    stream: ClassVar[str] = "NOTIFIER"

    send_id: UUID
    about: UUID
    audience: int

    def aggregate(self) -> UUID:
        return self.send_id


class SendCompleted(Fact):
    """Every delivery of a send has reached an end; the parts add up to `audience`."""

    subject: ClassVar[str] = "notifier.send.completed.v1"
    stream: ClassVar[str] = "NOTIFIER"

    send_id: UUID
    about: UUID
    audience: int
    sent: int
    failed: int
    suppressed: int
    unknown: int

    def aggregate(self) -> UUID:
        return self.send_id
