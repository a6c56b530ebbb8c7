"""What the notifier gives out and takes in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.notifier.models import State, Topic
from services.notifier.queries import Proof, masked
from shared.web.inputs import Input


class SendOut(BaseModel):
    """What became of a send's audience; the parts add up to `audience`."""

    about: UUID
    audience: int
    waiting: int
    sent: int
    failed: int
    suppressed: int
    unknown: int

    @classmethod
    def of(cls, proof: Proof) -> "SendOut":
        """Return a send as programs see it; mail in some sender's hand or put off counts as waiting."""
        sums = proof.sums
        return cls(
            about=proof.send.about,
            audience=sums.audience,
            waiting=sums.waiting,
            sent=sums.sent,
            failed=sums.failed,
            suppressed=sums.suppressed,
            unknown=sums.unknown,
        )


class DeliveryOut(BaseModel):
    """One mail to one person, with the address masked."""

    id: UUID
    person_id: UUID
    address: str
    kind: str
    state: State
    reason: str | None
    error: str | None
    attempts: int
    created_at: datetime
    ended_at: datetime | None
    due_at: datetime | None

    @classmethod
    def of(cls, row: Any) -> "DeliveryOut":
        """Return a row of :func:`services.notifier.queries.deliveries` as programs see it."""
        return cls(
            id=row.id,
            person_id=row.person_id,
            address=masked(row.email),
            kind=row.kind,
            state=row.state,
            reason=row.reason,
            error=row.last_error,
            attempts=row.attempts,
            created_at=row.created_at,
            ended_at=row.ended_at,
            due_at=row.due_at,
        )


class DeliveryList(BaseModel):
    """A page of a send's deliveries."""

    total: int
    page: int
    per_page: int
    hits: list[DeliveryOut]


class PreferencesIn(Input):
    """The topics a person wants mail about."""

    topics: list[Topic] = []
