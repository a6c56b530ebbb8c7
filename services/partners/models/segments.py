"""Segments: groups of people saved as a rule, which webinars can be held for."""

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlmodel import Field

from services.partners.errors import SegmentGivenUp
from services.partners.models.base import Base
from shared.clock import now
from shared.contracts.vocabulary import FocusArea, Language, PartnerFunction, Role, Sector
from shared.db.base import Json
from shared.ids import new_id

AccountState = Literal["delivered", "missing"]
CertificateState = Literal["held", "none"]


class Rule(BaseModel):
    """Who belongs to a segment: all that is said must hold, and of a list any one; an empty list says nothing.

    `regions` are slugs. `sectors`, `roles`, `functions`, `account` (for `account_year`) and `certificate` are of one and the same
    role in one organisation, which is a partner in one of `regions`. `form` tells how the rest is to be read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: Literal[1] = 1
    regions: list[str] = []
    sectors: list[Sector] = []
    focus_areas: list[FocusArea] = []
    roles: list[Role] = []
    functions: list[PartnerFunction] = []
    languages: list[Language] = []
    account: AccountState | None = None
    account_year: int | None = None
    certificate: CertificateState | None = None


class Segment(Base, table=True):
    """A rule with a name. `stated` counts what the network was told of it, and `digest` is of what it was told last."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=120)
    said: dict[str, Any] = Field(sa_type=Json)
    members: int = 0
    digest: str = Field(default="", max_length=64)
    stated: int = 0
    stated_at: datetime | None = None
    created_by: UUID | None = None
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)
    given_up_at: datetime | None = Field(default=None, index=True)
    version: int = 1

    @property
    def rule(self) -> Rule:
        """Who belongs to it."""
        return Rule.model_validate(self.said)

    def become(self, name: str, rule: Rule) -> None:
        """Take over a name and a rule; raises SegmentGivenUp."""
        if self.given_up_at is not None:
            raise SegmentGivenUp
        self.name, self.said = name, rule.model_dump(mode="json")
        self.version += 1
        self.updated_at = now()

    def give_up(self) -> bool:
        """Have it be no segment any longer; False where it was none before."""
        if self.given_up_at is not None:
            return False
        self.given_up_at = now()
        self.version += 1
        return True

    def tell(self, regions: Collection[str], person_ids: Collection[UUID]) -> bool:
        """Note what the network is told of it now; False where that is what it was told before."""
        parts = [self.name, *sorted(regions), "", *sorted(map(str, person_ids)), str(self.given_up_at is None)]
        digest = sha256("\n".join(parts).encode()).hexdigest()
        if digest == self.digest:
            return False
        self.digest, self.members = digest, len(person_ids)
        self.stated += 1
        self.stated_at = now()
        return True
