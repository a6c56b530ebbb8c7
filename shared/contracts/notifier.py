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


class NotifierErased(Fact):
    """Nothing in the notifier tells any more who this person was."""

    subject: ClassVar[str] = "notifier.person.erased.v1"
    stream: ClassVar[str] = "NOTIFIER"
    said_by_several: ClassVar[bool] = True

    person_id: UUID

    def aggregate(self) -> UUID:
        return self.person_id


class NotifierTokenUsed(Fact):
    """An API token was used here; told at most once a minute for each token."""

    subject: ClassVar[str] = "notifier.token.used.v1"
    stream: ClassVar[str] = "NOTIFIER"
    said_by_several: ClassVar[bool] = True

    token_id: UUID

    def aggregate(self) -> UUID:
        return self.token_id


class AddressRefused(Fact):
    """The mail server of a person's address refused it for good; the registry has it put right."""

    subject: ClassVar[str] = "notifier.address.refused.v1"
    stream: ClassVar[str] = "NOTIFIER"

    person_id: UUID
    reply: str = ""

    def aggregate(self) -> UUID:
        return self.person_id
