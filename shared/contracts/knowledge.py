"""What the knowledge service states."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.contracts.message import Fact
from shared.contracts.vocabulary import FocusArea, Language


class CaseFact(Fact):
    """What all facts about a case carry."""

    stream: ClassVar[str] = "KNOWLEDGE"

    case_id: UUID
    title: str
    region: str
    language: Language
    author_id: UUID | None = None
    organisation_id: UUID | None = None

    def aggregate(self) -> UUID:
        return self.case_id


class CaseSubmitted(CaseFact):
    """A case was handed in for review by its own region."""

    subject: ClassVar[str] = "knowledge.case.submitted.v1"


class CaseChangesRequested(CaseFact):
    """A reviewer sent a case back with a reason."""

    subject: ClassVar[str] = "knowledge.case.changes-requested.v1"

    reason: str


class CaseApproved(CaseFact):
    """A reviewer of the case's own region approved it."""

    subject: ClassVar[str] = "knowledge.case.approved.v1"


class CasePublished(CaseFact):
    """A case became part of the public library."""

    subject: ClassVar[str] = "knowledge.case.published.v1"

    summary: str
    focus_areas: list[FocusArea] = []
    tco2e_per_year: str | None = None
    published_at: AwareDatetime


class CaseArchived(CaseFact):
    """A case left the public library; its address still answers."""

    subject: ClassVar[str] = "knowledge.case.archived.v1"


LibraryLetterKind = Literal[
    "need_matched",
    "introduction_asked",
    "introduction_reminder",
    "introduction_handed_over",
    "introduction_declined",
    "introduction",
    "outcome_asked",
    "case_question",
    "case_tried",
    "case_spread",
]


class LibraryLetterContent(BaseModel):
    """What fills in a letter, as far as its kind asks for it. No personal data: `text` is what somebody wrote for the recipient.

    `title` is what the letter is about, `other` what that was matched with; `organisation` is the other party's, `region` its slug.
    `count` is how many. `path` is where in the library its button leads.
    """

    model_config = ConfigDict(frozen=True)

    title: str = ""
    other: str = ""
    organisation: str = ""
    region: str | None = None
    text: str = ""
    count: int = 0
    path: str = Field("", pattern=r"^(/cases/[\w/?=&#.-]*)?$")


class LibraryLetterAsked(Fact):
    """The library asks for one mail to one person, in their own language, to be sent once and not after `not_after`.

    Where `reply_to_id` is a person, the mail tells their name, and an answer to it goes to them: neither address is in the fact.
    """

    subject: ClassVar[str] = "knowledge.letter.asked.v1"
    stream: ClassVar[str] = "KNOWLEDGE"

    letter_id: UUID
    person_id: UUID
    letter: LibraryLetterKind
    content: LibraryLetterContent = LibraryLetterContent()
    reply_to_id: UUID | None = None
    not_after: AwareDatetime

    def aggregate(self) -> UUID:
        return self.letter_id

    @classmethod
    def durable(cls, hearer: str) -> str:
        # The registry's letters have the plain name.
        return f"{hearer}-library-letter-asked-v1"


class KnowledgeErased(Fact):
    """Nothing in the case library tells any more who this person was."""

    subject: ClassVar[str] = "knowledge.person.erased.v1"
    stream: ClassVar[str] = "KNOWLEDGE"
    said_by_several: ClassVar[bool] = True

    person_id: UUID

    def aggregate(self) -> UUID:
        return self.person_id


class KnowledgeTokenUsed(Fact):
    """An API token was used here; told at most once a minute for each token."""

    subject: ClassVar[str] = "knowledge.token.used.v1"
    stream: ClassVar[str] = "KNOWLEDGE"
    said_by_several: ClassVar[bool] = True

    token_id: UUID

    def aggregate(self) -> UUID:
        return self.token_id
