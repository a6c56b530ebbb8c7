"""Cases and their history."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.knowledge.errors import (
    NotApproved,
    NotEditable,
    NotInReview,
    NotPublished,
    NotSubmittable,
    ReasonNeeded,
)
from services.knowledge.models.base import Base, Thousandths
from services.knowledge.models.costs import Cost
from services.knowledge.models.details import DETAILS, Details
from services.knowledge.search.language import folded
from shared.clock import now
from shared.contracts.vocabulary import FocusArea, Language, Scope, Sector
from shared.db.base import Json
from shared.ids import new_id

Status = Literal["draft", "in_review", "changes_requested", "approved", "published", "archived"]
ProjectStatus = Literal["planned", "ongoing", "completed", "stopped"]

Repeated = Literal["measure_types", "places"]
"""Columns that repeat names of vocabularies."""

CONTENT: tuple[str, ...] = (
    "title", "summary", "challenge", "solution", "results", "lessons", "region", "language", "focus_areas", "scopes",
    "sector", "measure_types", "year_start", "year_end", "project_status", "grant_nok", "tco2e_per_year",
    "energy_kwh_per_year", "organisation_id", "owner_name", "source_url", "measure_codes", "places", *DETAILS,
)  # fmt: skip
"""The fields people write, and those that follow from what they wrote."""

EDITABLE: tuple[Status, ...] = ("draft", "changes_requested")


class Case(Details, Base, table=True):
    """A best-practice case.

    `version` rises with every change; `indexed_version` is the version the search index reflects, so the index is behind exactly
    where it is less. `searchable_at` is when the case could first be found after its publication. `folded` is its title and
    summary as the database searches them when the engine is away. `historic_region` is the one it was published in, where that was
    split, merged or renamed since. `measure_types`, `grant_nok`, `tco2e_per_year` and `energy_kwh_per_year` follow from the kinds of
    measures, the funding and the rows of impact: cards, search and sums take them from here.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    external_id: str | None = Field(default=None, max_length=120, unique=True)
    status: Status = Field(default="draft", sa_type=sa.String(20), index=True)
    version: int = 1
    title: str = Field(max_length=200)
    summary: str = Field(max_length=600)
    challenge: str = Field(default="", max_length=5_000)
    solution: str = Field(default="", max_length=5_000)
    results: str = Field(default="", max_length=5_000)
    lessons: str = Field(default="", max_length=5_000)
    region: str = Field(max_length=60, index=True)
    historic_region: str | None = Field(default=None, max_length=60)
    language: Language = Field(sa_type=sa.String(2))
    focus_areas: list[FocusArea] = Field(default_factory=list, sa_type=Json)
    scopes: list[Scope] = Field(default_factory=list, sa_type=Json)
    sector: Sector | None = Field(default=None, sa_type=sa.String(20))
    measure_types: list[str] = Field(default_factory=list, sa_type=Json)
    year_start: int | None = None
    year_end: int | None = None
    project_status: ProjectStatus | None = Field(default=None, sa_type=sa.String(20))
    grant_nok: int | None = Field(default=None, sa_type=sa.BigInteger)
    tco2e_per_year: Decimal | None = Field(default=None, sa_type=Thousandths)
    energy_kwh_per_year: Decimal | None = Field(default=None, sa_type=Thousandths)
    organisation_id: UUID | None = Field(default=None, index=True)
    owner_name: str | None = Field(default=None, max_length=200)
    source_url: str | None = Field(default=None, max_length=500)
    author_id: UUID | None = Field(default=None, index=True)
    reviewer_id: UUID | None = None
    review_reason: str = Field(default="", max_length=5_000)
    submitted_at: datetime | None = None
    approved_at: datetime | None = None
    published_at: datetime | None = Field(default=None, index=True)
    archived_at: datetime | None = None
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)
    indexed_version: int = 1
    searchable_at: datetime | None = None
    folded: str = Field(default="", max_length=2_000)

    __table_args__ = (
        sa.Index(
            "ix_case_behind",
            "updated_at",
            sqlite_where=sa.text("indexed_version < version"),
            postgresql_where=sa.text("indexed_version < version"),
        ),
    )

    def write(self, content: dict[str, Any]) -> list[str]:
        """Take over the fields of `content` and return those that changed; raises NotEditable."""
        if self.status not in EDITABLE:
            raise NotEditable
        changed = [name for name, value in content.items() if getattr(self, name) != value]
        for name in changed:
            setattr(self, name, content[name])
        self.refold()
        self._step()
        return changed

    def refold(self) -> None:
        """Make the text that the database searches by itself."""
        self.folded = folded(f"{self.title} {self.summary} {self.translated}")[:2_000]

    def submit(self) -> bool:
        """Hand it in for review; False where it already is. Raises NotSubmittable."""
        if self.status == "in_review":
            return False
        if self.status not in EDITABLE:
            raise NotSubmittable
        self.status, self.submitted_at, self.review_reason = "in_review", now(), ""
        self._step()
        return True

    def approve(self, reviewer_id: UUID) -> bool:
        """Find it good; False where somebody already did. Raises NotInReview."""
        if self.status == "approved":
            return False
        if self.status != "in_review":
            raise NotInReview
        self.status, self.approved_at, self.reviewer_id = "approved", now(), reviewer_id
        self._step()
        return True

    def request_changes(self, reviewer_id: UUID, reason: str) -> None:
        """Send it back with a reason; raises NotInReview, ReasonNeeded."""
        if self.status != "in_review":
            raise NotInReview
        if not reason.strip():
            raise ReasonNeeded(field="reason")
        self.status, self.reviewer_id, self.review_reason = "changes_requested", reviewer_id, reason.strip()
        self._step()

    def publish(self) -> bool:
        """Make it public; False where it already is. Raises NotApproved."""
        if self.status == "published":
            return False
        if self.status != "approved":
            raise NotApproved
        self.status, self.published_at, self.searchable_at = "published", now(), None
        self._step(public=True)
        return True

    def archive(self) -> bool:
        """Take it out of the library; False where it already is. Raises NotPublished."""
        if self.status == "archived":
            return False
        if self.status != "published":
            raise NotPublished
        self.status, self.archived_at = "archived", now()
        self._step(public=True)
        return True

    def move(self, region: str) -> None:
        """Belong to another region, since its own was split, merged or renamed; where it was published is remembered."""
        if self.published_at is not None and self.historic_region is None:
            self.historic_region = self.region
        self.region = region
        self._step(public=self.status == "published")

    @property
    def searchable_after(self) -> timedelta | None:
        """How long after its publication it could be found; None while that is not known."""
        if self.published_at is None or self.searchable_at is None:
            return None
        return max(self.searchable_at - self.published_at, timedelta(0))

    def pass_to(self, organisation_id: UUID) -> None:
        """Be the case of the organisation that took its own one's place."""
        self.organisation_id = organisation_id
        self._step(public=self.status == "published")

    def tell_elsewhere(self, languages: list[str], text: str) -> None:
        """Be found by what its translations say."""
        self.other_languages, self.translated = languages, text
        self.refold()
        self._step(public=self.status == "published")

    def illustrate(self) -> None:
        """Be shown with other pictures, or other files."""
        self._step(public=self.status == "published")

    def call(self, field: Repeated, names: list[str]) -> bool:
        """Have its kinds of measures, or its places, go by the names they have now; False where they do."""
        if getattr(self, field) == names:
            return False
        setattr(self, field, names)
        self._step(public=self.status == "published")
        return True

    def answer_for(self, person_id: UUID | None) -> None:
        """Have somebody answer about it, who agreed to that; or nobody."""
        if person_id != self.contact_id:
            self.contact_id, self.contact_since = person_id, now() if person_id else None

    def stop_answering(self) -> None:
        """Have nobody answer about it any longer."""
        self.answer_for(None)
        self._step(public=self.status == "published")

    @property
    def cost(self) -> Cost:
        """What it costs, as far as anybody has said."""
        return Cost(self.capex_nok, self.opex_nok_per_year, self.saving_nok_per_year, self.lifetime_years)

    def _step(self, *, public: bool = False) -> None:
        self.version += 1
        self.updated_at = now()
        if not public:
            # Nothing of this change shows in the index.
            self.indexed_version = self.version


class Revision(Base, table=True):
    """One change of a case: who made it, when, which status it led to, and what the changed fields held before."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case.id", index=True)
    version: int
    status: Status = Field(sa_type=sa.String(20))
    action: str = Field(max_length=20)
    actor_id: UUID | None = None
    fields: list[str] = Field(default_factory=list, sa_type=Json)
    before: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    note: str = Field(default="", max_length=5_000)
    at: datetime = Field(default_factory=now)

    __table_args__ = (sa.UniqueConstraint("case_id", "version"),)

    @classmethod
    def of(
        cls, case: Case, action: str, actor_id: UUID | None, before: Mapping[str, Any] | None = None, note: str = ""
    ) -> "Revision":
        """Return what is remembered of a change just made. `before`: what the fields that changed held, as JSON."""
        held = dict(before or {})
        return cls(
            case_id=case.id,
            version=case.version,
            status=case.status,
            action=action,
            actor_id=actor_id,
            fields=list(held),
            before=held,
            note=note,
            at=case.updated_at,
        )
