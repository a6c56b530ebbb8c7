"""What the partners service states."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.contracts.message import Fact
from shared.contracts.vocabulary import FocusArea, Language, Role, Sector


class ParallelName(BaseModel):
    """An official name in North, Lule or South Sami, or in Kven."""

    model_config = ConfigDict(frozen=True)

    language: Literal["se", "smj", "sma", "fkv"]
    name: str


class RegionRecorded(Fact):
    """The registry recorded a region as it now is."""

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

    def aggregate(self) -> UUID:
        return self.region_id


class OrganisationRecorded(Fact):
    """The registry recorded an organisation as it now is; `regions` are slugs of its running memberships."""

    subject: ClassVar[str] = "partners.organisation.recorded.v1"
    stream: ClassVar[str] = "PARTNERS"

    organisation_id: UUID
    name: str
    org_number: str | None = None
    sector: Sector
    regions: list[str] = []
    active: bool = True

    def aggregate(self) -> UUID:
        return self.organisation_id


class PersonStated(Fact):
    """A person as the registry now knows them: the only message with personal data.

    It travels on `partners.person.<id>` in a stream that keeps the last message of each subject alone, so a statement with
    `erased=True` and empty fields overwrites what was said before.
    """

    subject: ClassVar[str] = "partners.person.*"
    stream: ClassVar[str] = "PEOPLE"

    person_id: UUID
    name: str = ""
    email: str = ""
    language: Language = "nb"
    regions: list[str] = []
    roles: list[Role] = []
    organisation_ids: list[UUID] = []
    focus_areas: list[FocusArea] = []
    active: bool = True
    erased: bool = False

    def aggregate(self) -> UUID:
        return self.person_id

    def address(self) -> str:
        return f"partners.person.{self.person_id}"

    @classmethod
    def durable(cls, hearer: str) -> str:
        return f"{hearer}-person-stated-v1"


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
