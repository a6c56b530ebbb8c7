"""The nouns of the notifier: whom it knows, what it was told, and what it owes to whom."""

from datetime import datetime, timedelta
from typing import Any, Literal, Self
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.auth.merged import merged_table
from shared.clock import now
from shared.contracts.events import STRONGEST, Answered, Audience, WebinarFact
from shared.contracts.knowledge import LibraryLetterKind
from shared.contracts.partners import LetterKind, RegionsRearranged
from shared.contracts.vocabulary import FocusArea, Language
from shared.db.base import Json, house_tables, metadata
from shared.ids import new_id

SendKind = Literal["invitation", "cancellation"]
WebinarKind = Literal["webinar_invitation", "webinar_cancellation", "registration_confirmation"]
Kind = WebinarKind | Literal["sign_in", "case_changes_requested"] | LetterKind | LibraryLetterKind
Status = Literal["published", "cancelled"]
State = Literal["waiting", "claimed", "handing_over", "sent", "deferred", "failed", "suppressed", "unknown"]
Topic = Literal["webinars"]

PRIORITIES: dict[Kind, int] = {
    "sign_in": 0,
    "registration_confirmation": 1,
    "webinar_cancellation": 2,
    "case_changes_requested": 2,
    "webinar_invitation": 3,
    "confirm_email": 0,
    "confirm_erasure": 0,
    "claim_requested": 1,
    "claim_accepted": 2,
    "claim_rejected": 2,
    "invited_to_registry": 3,
    "account_opened": 4,
    "account_reminder": 4,
    "account_overdue": 4,
    "inactive_soon": 4,
    "inactive_last": 4,
    "introduction": 1,
    "introduction_asked": 2,
    "introduction_reminder": 3,
    "introduction_handed_over": 3,
    "introduction_declined": 2,
    "need_matched": 3,
    "outcome_asked": 4,
    "case_question": 1,
    "case_tried": 4,
    "case_spread": 4,
}
TOPICS: dict[Topic, Kind] = {"webinars": "webinar_invitation"}


class Base(SQLModel, registry=registry(metadata=metadata())):
    """The base of this service's tables."""


HOUSE = house_tables(Base.metadata)
MERGED = merged_table(Base.metadata)


class Region(Base, table=True):
    """What a region is called."""

    slug: str = Field(primary_key=True, max_length=60)
    version: int
    name_nb: str = Field(max_length=120)
    name_nn: str = Field(max_length=120)
    name_en: str = Field(max_length=120)

    def name(self, language: Language) -> str:
        """Return the region's name in `language`."""
        return {"nb": self.name_nb, "nn": self.name_nn, "en": self.name_en}[language]


class Rearrangement(Base, table=True):
    """A split, merge or renaming of regions, word for word: what is heard later of a closed region is read by it."""

    operation_id: UUID = Field(primary_key=True)
    at: datetime
    said: dict[str, Any] = Field(sa_type=Json)

    @property
    def fact(self) -> RegionsRearranged:
        """What the registry said."""
        return RegionsRearranged.model_validate(self.said)


class Recipient(Base, table=True):
    """A person as the registry stated them last.

    `pending_email` is an address they have yet to confirm, `refused_email` the one a mail server refused for good.
    """

    person_id: UUID = Field(primary_key=True)
    version: int
    name: str = Field(default="", max_length=200)
    email: str = Field(default="", max_length=320)
    pending_email: str = Field(default="", max_length=320)
    refused_email: str = Field(default="", max_length=320)
    language: Language = Field(default="nb", sa_type=sa.String(2))
    active: bool = True


class EarlierAddress(Base, table=True):
    """An address of a record that was merged into a person's: mail to them may lie there, and is thrown away with them."""

    __tablename__ = "earlier_address"

    person_id: UUID = Field(primary_key=True)
    address: str = Field(primary_key=True, max_length=320)


class RecipientRegion(Base, table=True):
    """A person belongs to a region."""

    __tablename__ = "recipient_region"

    person_id: UUID = Field(primary_key=True, foreign_key="recipient.person_id")
    region: str = Field(primary_key=True, max_length=60, index=True)


class RecipientFocusArea(Base, table=True):
    """A person follows a focus area."""

    __tablename__ = "recipient_focus_area"

    person_id: UUID = Field(primary_key=True, foreign_key="recipient.person_id")
    focus_area: str = Field(primary_key=True, max_length=30, index=True)


class Segment(Base, table=True):
    """A saved group of people, as the registry stated it last."""

    segment_id: UUID = Field(primary_key=True)
    version: int


class SegmentMember(Base, table=True):
    """A person belongs to a segment."""

    __tablename__ = "segment_member"

    segment_id: UUID = Field(primary_key=True, foreign_key="segment.segment_id")
    person_id: UUID = Field(primary_key=True, index=True)


class Webinar(Base, table=True):
    """A webinar as the events service stated it last."""

    id: UUID = Field(primary_key=True)
    version: int
    status: Status = Field(sa_type=sa.String(12))
    sequence: int
    uid: str = Field(max_length=200)
    title: str = Field(max_length=300)
    summary: str = Field(default="", sa_type=sa.Text)
    language: Language = Field(default="nb", sa_type=sa.String(2))
    audience: dict[str, Any] = Field(sa_type=Json)
    starts_at: datetime
    ends_at: datetime
    local_start: str = Field(max_length=32)
    local_end: str = Field(max_length=32)
    time_zone: str = Field(max_length=60)
    reason: str = Field(default="", sa_type=sa.Text)
    stated_at: datetime

    @classmethod
    def of(cls, fact: WebinarFact, status: Status, reason: str = "") -> Self:
        """Return the copy of what `fact` says."""
        return cls(id=fact.webinar_id, **_said(fact, status, reason))

    def retell(self, fact: WebinarFact, status: Status, reason: str = "") -> None:
        """Take over what a newer `fact` says."""
        for name, value in _said(fact, status, reason).items():
            setattr(self, name, value)

    @property
    def rule(self) -> Audience:
        """Whom it is for."""
        return Audience.model_validate(self.audience)

    @property
    def invites(self) -> bool:
        """Whether people may still be invited to it."""
        return self.status == "published" and self.starts_at > now()

    def concerns(self, regions: set[str], focus_areas: set[FocusArea]) -> bool:
        """Whether it is for a person of these regions who follows these focus areas, as far as segments do not say otherwise."""
        rule = self.rule
        near = rule.scope == "national" or bool(regions & set(rule.regions))
        return near and (rule.focus_area is None or rule.focus_area in focus_areas)


def _said(fact: WebinarFact, status: Status, reason: str) -> dict[str, Any]:
    same = {"version", "sequence", "uid", "title", "summary", "language", "starts_at", "ends_at", "time_zone"}
    return {
        **fact.model_dump(include=same),
        "audience": fact.audience.model_dump(mode="json"),
        "local_start": fact.local_start.isoformat(),
        "local_end": fact.local_end.isoformat(),
        "status": status,
        "reason": reason,
        "stated_at": fact.at,
    }


class Registration(Base, table=True):
    """A person's answer to a webinar, as the events service stated it last."""

    id: UUID = Field(primary_key=True)
    version: int
    webinar_id: UUID = Field(index=True)
    person_id: UUID
    state: Answered = Field(sa_type=sa.String(12))

    @property
    def weight(self) -> tuple[int, UUID]:
        """By which the answers of records that are one person are put in order: the least is the one that stands."""
        return STRONGEST.index(self.state), self.id


class WithdrawnLetter(Base, table=True):
    """A letter that was called back before it was heard to be asked for."""

    __tablename__ = "withdrawn_letter"

    letter_id: UUID = Field(primary_key=True)
    heard_at: datetime = Field(default_factory=now)


class Preference(Base, table=True):
    """A person's word on whether they want mail of a topic; without a row they do."""

    person_id: UUID = Field(primary_key=True)
    topic: Topic = Field(primary_key=True, sa_type=sa.String(20))
    wanted: bool
    changed_at: datetime = Field(default_factory=now)


class Send(Base, table=True):
    """One round of mail about a webinar: `frozen` people were counted when it began, `later` joined since."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    about: UUID
    kind: SendKind = Field(sa_type=sa.String(12))
    revision: int
    version: int = 1
    frozen: int = 0
    later: int = 0
    created_at: datetime = Field(default_factory=now, index=True)
    completed_at: datetime | None = None

    __table_args__ = (sa.UniqueConstraint("about", "kind"),)

    @property
    def audience(self) -> int:
        """How many people it is for, by now."""
        return self.frozen + self.later

    def grew(self, people: int) -> None:
        """Note that `people` joined after the freeze; it is open again."""
        self.later += people
        self.completed_at = None
        self.version += 1


class Delivery(Base, table=True):
    """One mail owed to one person. `due_at` is set as long as something remains to be done; `claim_id` while a sender holds it.

    `unsure` marks a mail that may have arrived once already: it is handed over one more time, the same to the byte, and no more.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    send_id: UUID | None = Field(default=None, foreign_key="send.id")
    person_id: UUID
    kind: Kind = Field(sa_type=sa.String(30))
    subject_id: UUID
    webinar_id: UUID | None = None
    revision: int
    state: State = Field(default="waiting", sa_type=sa.String(12))
    reason: str | None = Field(default=None, max_length=40)
    last_error: str | None = Field(default=None, max_length=500)
    content: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    message_id: str | None = Field(default=None, max_length=300)
    priority: int
    attempts: int = 0
    unsure: bool = False
    due_at: datetime | None = Field(default_factory=now)
    not_after: datetime | None = None
    slot: int | None = None
    claim_id: UUID | None = None
    created_at: datetime = Field(default_factory=now)
    dated_at: datetime | None = None
    claimed_at: datetime | None = None
    handed_over_at: datetime | None = None
    ended_at: datetime | None = None

    __table_args__ = (
        sa.UniqueConstraint("person_id", "kind", "subject_id", "revision"),
        sa.Index("ix_delivery_send", "send_id", "state"),
        sa.Index("ix_delivery_subject", "subject_id"),
        sa.Index("ix_delivery_webinar", "webinar_id", "kind", "person_id"),
        sa.Index(
            "ix_delivery_due",
            "priority",
            "due_at",
            sqlite_where=sa.text("due_at IS NOT NULL AND claim_id IS NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL AND claim_id IS NULL"),
        ),
        sa.Index(
            "ix_delivery_claimed",
            "slot",
            sqlite_where=sa.text("claim_id IS NOT NULL"),
            postgresql_where=sa.text("claim_id IS NOT NULL"),
        ),
    )


class MailToForget(Base, table=True):
    """Mail at an address of an erased person that a mail store may still keep. Their deliveries are `nobody`'s by now.

    The address stays only until the store has answered; then the registry is told that nothing is left here.
    """

    __tablename__ = "mail_to_forget"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID
    nobody: UUID
    address: str = Field(default="", max_length=320)
    version: int
    asked_at: datetime = Field(default_factory=now)


LADDER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""How long a mail that was put off waits before each further try; the last step repeats until its time is over."""


def ladder(attempts: int) -> timedelta:
    """Return the wait after so many failed tries."""
    return LADDER[min(max(attempts, 1), len(LADDER)) - 1]
