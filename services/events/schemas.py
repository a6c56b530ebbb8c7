"""What events takes in and gives out."""

from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    NaiveDatetime,
    StringConstraints,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from services.events.models import Answer, Reach, Source, Status
from services.events.walltime import DEFAULT_ZONE, FIRST_YEAR, LAST_YEAR, zones
from shared.contracts.vocabulary import FocusArea, Language
from shared.web.i18n import marker as _
from shared.web.inputs import Input, Line, Note, Prose

HTTPS = _("Skriv en hel adresse som begynner med https://.")
ZONE = _("Velg en av mulighetene i lista.")
YEAR = _("Velg et tidspunkt mellom år 2000 og 2100.")
WALL_TIME = _("Skriv dato og klokkeslett slik veggklokka viser dem, uten tidssone.")
WHICH_REGIONS = _("Velg minst én region, eller la webinaret gjelde hele nettverket.")

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _written(value: object) -> object:
    if not isinstance(value, str | datetime):
        raise ValueError(WALL_TIME)
    return value


def _to_the_minute(value: datetime) -> datetime:
    if not FIRST_YEAR <= value.year < LAST_YEAR:
        raise ValueError(YEAR)
    return value.replace(second=0, microsecond=0)


Title = Annotated[Line, AfterValidator(_one_line), StringConstraints(min_length=1)]
# Not the format "date-time": that has an offset, and this must not.
WRITTEN = {
    "type": "string",
    "pattern": r"^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$",
    "examples": ["2027-03-04T09:00"],
}
WallTime = Annotated[
    NaiveDatetime, BeforeValidator(_written), AfterValidator(_to_the_minute), WithJsonSchema(WRITTEN, mode="validation")
]


class WebinarIn(Input):
    """A webinar as it is drafted or edited; times are what the wall clocks of `time_zone` show."""

    title: Title
    summary: Note
    description: Prose = Field("", description="Markdown.")
    language: Language = "nb"
    scope: Reach = Field(description="`national`: the whole network; `regions`: the people of `regions`.")
    regions: list[Slug] = Field(
        default=[], max_length=20, description="Slugs; needed with scope `regions`, ignored with `national`."
    )
    focus_area: FocusArea | None = Field(None, description="Only those who follow it are concerned; none: everybody.")
    segment_id: UUID | None = Field(None, description="Only those who belong to this segment are concerned.")
    starts_at: WallTime = Field(description="Local wall time, without offset: `2027-03-04T09:00`.")
    ends_at: WallTime = Field(description="Local wall time, without offset.")
    time_zone: str = Field(DEFAULT_ZONE, max_length=60, description="IANA name.")
    join_url: Annotated[str, StringConstraints(max_length=500)] | None = Field(
        None, description="https only; shown to nobody but staff and those registered."
    )
    capacity: Annotated[int, Field(ge=1, le=100_000)] | None = None
    external_id: Annotated[str, StringConstraints(min_length=1, max_length=120)] | None = None
    version: Version | None = Field(None, description="When editing: the version that was read.")

    @field_validator("join_url")
    @classmethod
    def _https(cls, value: str | None) -> str | None:
        if value and not _is_https(value):
            raise ValueError(HTTPS)
        return value or None

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value not in zones():
            raise ValueError(ZONE)
        return value

    @model_validator(mode="after")
    def _regions_of_scope(self) -> "WebinarIn":
        # Assigned past the validators: this is one.
        self.__dict__["regions"] = sorted(set(self.regions)) if self.scope == "regions" else []
        return self


def _is_https(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and bool(parts.hostname) and address.isprintable() and " " not in address
    except ValueError:
        return False


class CancelIn(Input):
    """Why a webinar is called off."""

    reason: Note = ""


class PublishIn(Input):
    """Which version somebody looked at when they chose to publish."""

    version: Version | None = None


class AnswerIn(Input):
    """An answer to a webinar."""

    state: Answer


class ChoiceIn(Input):
    """An answer as the links in mails put it."""

    choice: Literal["accept", "decline"]


class WebinarOut(BaseModel):
    """A webinar as the asker may see it."""

    id: UUID
    external_id: str | None
    status: Status
    version: int
    sequence: int
    uid: str
    title: str
    summary: str
    description: str
    language: Language
    scope: Reach
    regions: list[str]
    focus_area: FocusArea | None
    segment_id: UUID | None
    starts_at: datetime = Field(description="In UTC.")
    ends_at: datetime = Field(description="In UTC.")
    local_start: datetime = Field(description="What the wall clocks of `time_zone` show, without offset.")
    local_end: datetime
    time_zone: str
    join_url: str | None = Field(description="Only for staff and those registered.")
    capacity: int | None
    registered: int = Field(description="How many are registered.")
    invited: int | None = Field(description="How many people were invited; none until the notifier has counted them.")
    invitations: Literal["none", "sending", "completed"]
    cancel_reason: str
    published_at: datetime | None
    cancelled_at: datetime | None
    created_at: datetime
    updated_at: datetime
    url: str


class WebinarList(BaseModel):
    """A page of the calendar."""

    total: int
    page: int
    per_page: int
    hits: list[WebinarOut]


class AudienceOut(BaseModel):
    """How many people a webinar concerns, and how many regions that is spread over."""

    count: int
    regions: int


class RegistrationOut(BaseModel):
    """A person's answer as it now stands."""

    id: UUID
    webinar_id: UUID
    person_id: UUID
    state: Answer
    source: Source
    version: int
