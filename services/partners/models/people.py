"""People, and the roles they hold."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.partners.errors import LinkSpent, RoleOver
from services.partners.models.base import Base
from services.partners.models.organisations import MOST_FOLDED
from services.partners.names import folded, sort_key
from shared.clock import now, today_in_norway
from shared.contracts.vocabulary import FocusArea, Language, PartnerFunction, Role
from shared.db.base import Json
from shared.ids import new_id

Place = tuple[Role, str | None, UUID | None]
"""A role with the region or organisation it is held over."""

MOST_REPLY = 500
SEEN_EVERY = timedelta(hours=12)
"""Activity is noted no oftener than this, so that a page a minute is not a write a minute."""


class Person(Base, table=True):
    """Somebody who acts for an organisation, a region or the network: one record, whatever they act for.

    `verified_at` is when a link sent to `email` was first used, `email_version` the version it became theirs with; `pending_email`
    takes its place once the link whose digest is `pending_digest` is used. Where their mail server said no, `email_refused_at` is set
    until it is put right. `warned_at`, `last_warned_at` and `retired_at` are the rungs of the ladder for those who are not seen any more.
    `merged_into` is the record that took this one's place.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)
    external_id: str | None = Field(default=None, max_length=120, unique=True)
    name: str = Field(max_length=120)
    name_folded: str = Field(default="", max_length=MOST_FOLDED)
    name_order: str = Field(default="", max_length=240, index=True)
    email: str = Field(max_length=254, unique=True)
    title: str | None = Field(default=None, max_length=120)
    phone: str | None = Field(default=None, max_length=40)
    language: Language = Field(default="nb", sa_type=sa.String(2))
    region: str | None = Field(default=None, foreign_key="region.slug", max_length=60)
    focus_areas: list[FocusArea] = Field(default_factory=list, sa_type=Json)
    active: bool = True
    verified_at: datetime | None = None
    email_version: int = 1
    pending_email: str | None = Field(default=None, max_length=254)
    pending_digest: str | None = Field(default=None, max_length=64, unique=True)
    pending_until: datetime | None = Field(default=None, index=True)
    email_refused_at: datetime | None = Field(default=None, index=True)
    email_refused_reply: str | None = Field(default=None, max_length=MOST_REPLY)
    last_active_at: datetime | None = Field(default=None, index=True)
    warned_at: datetime | None = None
    last_warned_at: datetime | None = None
    retired_at: datetime | None = Field(default=None, index=True)
    merged_into: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    version: int = 1
    created_at: datetime = Field(default_factory=now)
    updated_at: datetime = Field(default_factory=now)

    def become(self, values: Mapping[str, Any]) -> None:
        """Take over `values`, and note the change. A new address is one nobody has confirmed; one put back in use has been seen."""
        moved = "email" in values and values["email"] != self.email
        returns = values.get("active", False) and not self.active
        for name, value in values.items():
            setattr(self, name, value)
        if moved:
            self._has_moved(verified_at=None)
        if returns:
            self._has_returned()
        self.changed()

    def changed(self) -> None:
        """Note that something about them, or about what they act for, changed."""
        self.version += 1
        self.updated_at = now()

    def wishes(self, email: str, until: datetime) -> None:
        """Have another address wait until then for a link to be used, whose digest is yet to be said."""
        self.pending_email, self.pending_digest, self.pending_until = email, None, until
        self.changed()

    def confirm(self) -> str:
        """Take the waiting address for theirs and return it; raises LinkSpent where none waits any more."""
        if self.pending_email is None or self.pending_until is None or self.pending_until <= now():
            raise LinkSpent
        self.email = self.pending_email
        self._has_moved(verified_at=now())
        self.changed()
        return self.email

    def forget_wish(self) -> None:
        """Let no address wait any longer."""
        self.pending_email = self.pending_digest = self.pending_until = None
        self.changed()

    def refused(self, at: datetime, reply: str, version: int) -> bool:
        """Note that their mail server said no for good; False where that is known, or `version` had an address from before."""
        if self.email_refused_at is not None or version < self.email_version:
            return False
        self.email_refused_at, self.email_refused_reply = at, reply[:MOST_REPLY]
        return True

    def seen(self, at: datetime | None = None, *, by_link: bool = False) -> None:
        """Note that they were here just now, or at `at`; `by_link` where a link sent to their address brought them."""
        moment = at or now()
        if by_link:
            self.verified_at = self.verified_at or moment
        if self.last_active_at is None or moment - self.last_active_at >= SEEN_EVERY or self.warned_at:
            self.last_active_at = max(moment, self.last_active_at or moment)
        if self.warned_at and moment >= self.warned_at:
            self.warned_at = self.last_warned_at = None

    def retire(self) -> None:
        """Put them out of use, since they have not been seen for so long."""
        self.active = False
        self.retired_at = now()
        self.changed()

    def vanish_into(self, survivor_id: UUID) -> None:
        """Leave nothing but the record that took this one's place: no name, no address and no way in."""
        self.empty()
        self.merged_into = survivor_id
        self.changed()

    def empty(self) -> None:
        """Take away all that tells who they were. What stands for the address is none, so that nobody can ask for a link with it."""
        self.name, self.email, self.external_id = "", str(self.id), None
        self.title = self.phone = self.region = None
        self.focus_areas = []
        self.pending_email = self.pending_digest = self.pending_until = None
        self.verified_at = self.email_refused_at = self.email_refused_reply = None
        self.warned_at = self.last_warned_at = self.retired_at = None
        self.active = False

    def _has_moved(self, verified_at: datetime | None) -> None:
        self.verified_at, self.email_version = verified_at, self.version + 1
        self.email_refused_at = self.email_refused_reply = None
        self.pending_email = self.pending_digest = self.pending_until = None

    def _has_returned(self) -> None:
        self.last_active_at = now()
        self.warned_at = self.last_warned_at = self.retired_at = None


class PersonGrant(Base, table=True):
    """A role a person holds over the network, a region, an organisation or a working group, from a day and perhaps to a day.

    `functions` are what they do for the organisation. One that an import gave, `imported`, an import may end again.
    """

    __tablename__ = "person_grant"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    role: Role = Field(sa_type=sa.String(20))
    region: str | None = Field(default=None, foreign_key="region.slug", max_length=60, index=True)
    organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    group_id: UUID | None = None
    functions: list[PartnerFunction] = Field(default_factory=list, sa_type=Json)
    imported: bool = False
    since: date = Field(default_factory=lambda: today_in_norway())
    until: date | None = None

    @property
    def place(self) -> Place:
        """The role with what it is held over."""
        return self.role, self.region, self.organisation_id

    @property
    def over(self) -> bool:
        """Whether it has come to its end."""
        return self.until is not None and self.until <= today_in_norway()

    def end(self, until: date | None = None) -> None:
        """Have it end on `until`, the first day it does not hold any more, or today; raises RoleOver where it is over."""
        if self.over:
            raise RoleOver
        self.until = max(until or today_in_norway(), self.since)


class PersonAlias(Base, table=True):
    """An external id of a record that was merged into another: whoever sends it again means the one that stayed."""

    __tablename__ = "person_alias"

    external_id: str = Field(primary_key=True, max_length=120)
    person_id: UUID = Field(foreign_key="person.id", index=True)


class PersonDistinct(Base, table=True):
    """Two people who look alike, and whom somebody found to be two. `first_id` is the lesser."""

    __tablename__ = "person_distinct"

    first_id: UUID = Field(foreign_key="person.id", primary_key=True)
    second_id: UUID = Field(foreign_key="person.id", primary_key=True)


@sa.event.listens_for(Person, "before_insert")
@sa.event.listens_for(Person, "before_update")
def _named(_mapper: Any, _connection: Any, row: Person) -> None:
    row.name_folded = folded(row.name)
    row.name_order = sort_key(row.name)
