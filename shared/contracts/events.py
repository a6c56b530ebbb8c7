"""What the events service states."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, NaiveDatetime

from shared.contracts.message import Fact
from shared.contracts.vocabulary import FocusArea, Language


class Audience(BaseModel):
    """Who is concerned: everybody, or the people of `regions`; with `focus_area`, only those who follow it; with `segment_id`,
    only those who belong to that segment."""

    model_config = ConfigDict(frozen=True)

    scope: Literal["national", "regions"]
    regions: list[str] = []
    focus_area: FocusArea | None = None
    segment_id: UUID | None = None


class WebinarFact(Fact):
    """What all facts about a webinar carry; `version` is its revision, `sequence` the calendar's (RFC 5545)."""

    stream: ClassVar[str] = "EVENTS"

    webinar_id: UUID
    sequence: int
    uid: str
    title: str
    summary: str
    language: Language
    audience: Audience
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    local_start: NaiveDatetime
    local_end: NaiveDatetime
    time_zone: str
    organiser_id: UUID | None = None

    def aggregate(self) -> UUID:
        return self.webinar_id


class WebinarPublished(WebinarFact):
    """A webinar was announced: everybody in its audience is to be invited once."""

    subject: ClassVar[str] = "events.webinar.published.v1"


class WebinarCancelled(WebinarFact):
    """A published webinar will not be held: everybody invited is to be told."""

    subject: ClassVar[str] = "events.webinar.cancelled.v1"

    reason: str = ""


Answered = Literal["registered", "declined", "withdrawn"]
STRONGEST: tuple[Answered, ...] = ("registered", "declined", "withdrawn")
"""Of two answers to one webinar by records that turn out to be one person the one that comes first here stands, of equal ones the
one that was given first."""


class RegistrationRecorded(Fact):
    """A person's answer to a webinar, as it now stands; they have one for each.

    Where two records turned out to be one person it says that this one took the place of the other's: `instead_of` is no more.
    """

    subject: ClassVar[str] = "events.registration.recorded.v1"
    stream: ClassVar[str] = "EVENTS"

    registration_id: UUID
    webinar_id: UUID
    person_id: UUID
    state: Answered
    instead_of: UUID | None = None

    def aggregate(self) -> UUID:
        return self.registration_id


class EventsErased(Fact):
    """Nothing in events tells any more who this person was."""

    subject: ClassVar[str] = "events.person.erased.v1"
    stream: ClassVar[str] = "EVENTS"
    said_by_several: ClassVar[bool] = True

    person_id: UUID

    def aggregate(self) -> UUID:
        return self.person_id


class EventsTokenUsed(Fact):
    """An API token was used here; told at most once a minute for each token."""

    subject: ClassVar[str] = "events.token.used.v1"
    stream: ClassVar[str] = "EVENTS"
    said_by_several: ClassVar[bool] = True

    token_id: UUID

    def aggregate(self) -> UUID:
        return self.token_id
