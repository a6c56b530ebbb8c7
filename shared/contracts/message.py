"""What every fact on the bus looks like."""

from typing import ClassVar, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.clock import now
from shared.ids import new_id


class Fact(BaseModel):
    """A past-tense statement by one service: flat, additive, about one aggregate at one version.

    The subject is `<service>.<noun>.<verb>.v<n>`. `id` is the statement's own identity (the bus's Nats-Msg-Id and the inbox's
    key); `version` is the aggregate's: hearers ignore what they have passed. No personal data travels in facts, only ids.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    subject: ClassVar[str]
    stream: ClassVar[str]
    said_by_several: ClassVar[bool] = False
    """Whether other services state the same of themselves: a hearer's consumers then differ by the service."""

    id: UUID = Field(default_factory=new_id)
    at: AwareDatetime = Field(default_factory=now)
    version: int = Field(ge=0)
    correlation_id: str = ""

    def aggregate(self) -> UUID:
        """Return the id of the thing this is about."""
        raise NotImplementedError

    def address(self) -> str:
        """Return the subject this very message goes out on."""
        return self.subject

    def encoded(self) -> bytes:
        """Return the payload as UTF-8 JSON."""
        return self.model_dump_json().encode()

    @classmethod
    def decoded(cls, payload: bytes) -> Self:
        """Return the fact in `payload`; raises pydantic.ValidationError where it is none."""
        return cls.model_validate_json(payload)

    @classmethod
    def durable(cls, hearer: str) -> str:
        """Return the name of `hearer`'s durable consumer of this fact: `<hearer>[-<service>]-<noun>-<verb>-v<n>`."""
        service, *rest = cls.subject.removesuffix(".*").split(".")
        return "-".join([hearer, *([service] if cls.said_by_several else []), *rest])
