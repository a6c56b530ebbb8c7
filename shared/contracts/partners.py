"""What the partners service states."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.contracts.message import Fact
from shared.contracts.vocabulary import FocusArea, Language, PartnerFunction, Role, Sector


class ParallelName(BaseModel):
    """An official name in North, Lule or South Sami, or in Kven."""

    model_config = ConfigDict(frozen=True)

    language: Literal["se", "smj", "sma", "fkv"]
    name: str


class RegionRecorded(Fact):
    """The registry recorded a region as it now is, from a day and perhaps to a day; `successors` are slugs of what came after it."""

    subject: ClassVar[str] = "partners.region.recorded.v1"
    stream: ClassVar[str] = "PARTNERS"

    region_id: UUID
    slug: str
    county_number: str = ""
    name_nb: str
    name_nn: str
    name_en: str
    parallel_names: list[ParallelName] = []
    language: Language = "nb"
    tile_row: int
    tile_column: int
    valid_from: date | None = None
    valid_to: date | None = None
    successors: list[str] = []

    def aggregate(self) -> UUID:
        return self.region_id


class Moved(BaseModel):
    """A case, webinar or working group that belongs to another region now; a webinar that was for one may be for several."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["case", "webinar", "group"]
    id: UUID
    regions: list[str]


class Followed(BaseModel):
    """Where an organisation belongs now; what is its, and the registry has not heard of, follows it."""

    model_config = ConfigDict(frozen=True)

    organisation_id: UUID
    region: str


class RegionsRearranged(Fact):
    """Regions were split, merged or renamed: where the cases, webinars and working groups that were theirs now belong.

    What the registry itself moved (regions, organisations, people) is stated of each. `moved` names what it knows: published cases
    and webinars ahead. Of what it does not know a case follows its organisation, or goes to the first of `opened`; a webinar is for
    all of `opened`. A slug is closed once and never opened again, so the order in which facts are heard does not matter.
    """

    subject: ClassVar[str] = "partners.region.rearranged.v1"
    stream: ClassVar[str] = "PARTNERS"

    operation_id: UUID
    kind: Literal["split", "merge", "rename"]
    effective: date
    closed: list[str]
    opened: list[str]
    moved: list[Moved] = []
    followed: list[Followed] = []

    def aggregate(self) -> UUID:
        return self.operation_id

    def case_region(self, region: str, case_id: UUID, organisation_id: UUID | None) -> str:
        """Return the region a case of `region` belongs to after this."""
        if region not in self.closed or not self.opened:
            return region
        named = [one.regions[0] for one in self.moved if one.kind == "case" and one.id == case_id and one.regions]
        owner = [one.region for one in self.followed if one.organisation_id == organisation_id]
        return [*named, *owner, self.opened[0]][0]

    def webinar_regions(self, regions: list[str], webinar_id: UUID) -> list[str]:
        """Return the regions a webinar for `regions` that is still ahead is for after this."""
        if not self.opened or not set(regions) & set(self.closed):
            return regions
        named = [one.regions for one in self.moved if one.kind == "webinar" and one.id == webinar_id and one.regions]
        return sorted({*regions} - {*self.closed} | {*(named[0] if named else self.opened)})


class OrganisationRecorded(Fact):
    """The registry recorded an organisation as it now is; `regions` are slugs of its running memberships.

    One that turned out to be a double is not active and names the record that took its place in `merged_into`.
    """

    subject: ClassVar[str] = "partners.organisation.recorded.v1"
    stream: ClassVar[str] = "PARTNERS"

    organisation_id: UUID
    name: str
    org_number: str | None = None
    sector: Sector
    regions: list[str] = []
    active: bool = True
    merged_into: UUID | None = None

    def aggregate(self) -> UUID:
        return self.organisation_id


class PersonStated(Fact):
    """A person as the registry now knows them: the only message with personal data. `pending_email` is one they have yet to confirm.

    A record that turned out to be a double is not active and names the one that took its place in `merged_into`: whatever is
    known under its id is that one's. That one names all it took the place of in `merged_from`, so that either may be heard first.

    It travels on `partners.person.<id>` in a stream that keeps the last message of each subject alone, so a statement with
    `erased=True` and empty fields overwrites what was said before.
    """

    subject: ClassVar[str] = "partners.person.*"
    stream: ClassVar[str] = "PEOPLE"

    person_id: UUID
    name: str = ""
    email: str = ""
    pending_email: str = ""
    language: Language = "nb"
    regions: list[str] = []
    roles: list[Role] = []
    organisation_ids: list[UUID] = []
    functions: list[PartnerFunction] = []
    focus_areas: list[FocusArea] = []
    active: bool = True
    erased: bool = False
    merged_into: UUID | None = None
    merged_from: list[UUID] = []

    def aggregate(self) -> UUID:
        return self.person_id

    def address(self) -> str:
        return f"partners.person.{self.person_id}"

    @classmethod
    def durable(cls, hearer: str) -> str:
        return f"{hearer}-person-stated-v1"


class GrantStated(BaseModel):
    """A role somebody holds over the network, a region, an organisation or a working group, from a day and perhaps to a day."""

    model_config = ConfigDict(frozen=True)

    role: Role
    region: str | None = None
    organisation_id: UUID | None = None
    group_id: UUID | None = None
    since: date | None = None
    until: date | None = None


class AccessStated(Fact):
    """What a person may do, as the registry now knows it; every service keeps it and asks it at each request.

    A record that was merged into another may do nothing, and names that one in `merged_into`.
    """

    subject: ClassVar[str] = "partners.access.*"
    stream: ClassVar[str] = "PEOPLE"

    person_id: UUID
    grants: list[GrantStated] = []
    active: bool = True
    erased: bool = False
    merged_into: UUID | None = None

    def aggregate(self) -> UUID:
        return self.person_id

    def address(self) -> str:
        return f"partners.access.{self.person_id}"

    @classmethod
    def durable(cls, hearer: str) -> str:
        return f"{hearer}-access-stated-v1"


class SegmentStated(Fact):
    """A saved group of people, by rule, as it now is: an audience for webinars. One that was given up has no members."""

    subject: ClassVar[str] = "partners.segment.*"
    stream: ClassVar[str] = "PEOPLE"

    segment_id: UUID
    name: str = ""
    regions: list[str] = []
    person_ids: list[UUID] = []
    active: bool = True

    def aggregate(self) -> UUID:
        return self.segment_id

    def address(self) -> str:
        return f"partners.segment.{self.segment_id}"

    @classmethod
    def durable(cls, hearer: str) -> str:
        return f"{hearer}-segment-stated-v1"


LetterKind = Literal[
    "account_opened",
    "account_reminder",
    "account_overdue",
    "claim_requested",
    "claim_accepted",
    "claim_rejected",
    "confirm_email",
    "confirm_erasure",
    "inactive_soon",
    "inactive_last",
    "invited_to_registry",
]


class LetterContent(BaseModel):
    """What fills in a letter, as far as its kind asks for it. No personal data: a `reason` is written by staff for the recipient."""

    model_config = ConfigDict(frozen=True)

    organisation_id: UUID | None = None
    organisation: str = ""
    region: str | None = None
    year: int | None = None
    deadline: date | None = None
    days_left: int | None = None
    reason: str = ""


class LetterAsked(Fact):
    """The registry asks for one mail to one person, to be sent once and not after `not_after`.

    A link's secret is derived from `letter_id` by the holders of the link key.
    """

    subject: ClassVar[str] = "partners.letter.asked.v1"
    stream: ClassVar[str] = "PARTNERS"

    letter_id: UUID
    person_id: UUID
    letter: LetterKind
    language: Language
    content: LetterContent = LetterContent()
    not_after: AwareDatetime

    def aggregate(self) -> UUID:
        return self.letter_id


class LetterWithdrawn(Fact):
    """A mail that was asked for is needed no longer: where it has not left, it does not."""

    subject: ClassVar[str] = "partners.letter.withdrawn.v1"
    stream: ClassVar[str] = "PARTNERS"

    letter_id: UUID

    def aggregate(self) -> UUID:
        return self.letter_id


class SignInRequested(Fact):
    """Somebody asked to be signed in. The link's secret is derived from `request_id` by the holders of the link key, so none travels."""

    subject: ClassVar[str] = "partners.sign-in.requested.v1"
    stream: ClassVar[str] = "PARTNERS"

    request_id: UUID
    person_id: UUID
    language: Language
    expires_at: AwareDatetime

    def aggregate(self) -> UUID:
        return self.request_id


class SessionEnded(Fact):
    """A session was signed out or withdrawn; no service accepts it any longer."""

    subject: ClassVar[str] = "partners.session.ended.v1"
    stream: ClassVar[str] = "PARTNERS"

    session_id: UUID
    expires_at: AwareDatetime

    def aggregate(self) -> UUID:
        return self.session_id
