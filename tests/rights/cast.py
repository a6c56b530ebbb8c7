"""Everybody who knocks: each role in the region the doors are about, `near`, and in another, `far`."""

from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from shared.auth.actor import Actor, Grant
from shared.contracts.vocabulary import ROLES, Role
from tests.rights.rules import Relation

NEAR, FAR = "agder", "nordland"
SPACE = UUID("018f4e6a-0000-7000-8000-000000000000")


def named(text: str) -> UUID:
    """Return the id that stands for `text` in every service."""
    return uuid5(SPACE, text)


FIRMS = {place: named(f"firm in {place}") for place in (NEAR, FAR)}
"""The organisation of each region that people act for, and that the doors are about."""


@dataclass(frozen=True)
class Member:
    """Somebody of the cast: the kind of person as in the tables of rights, and the region they are of."""

    kind: str
    place: str | None = None
    role: Role | None = None

    @property
    def name(self) -> str:
        return f"{self.kind} of {self.place}" if self.place else self.kind

    @property
    def person_id(self) -> UUID:
        return named(f"person {self.name}")

    @property
    def grants(self) -> tuple[Grant, ...]:
        """What they hold, as it stands in a token."""
        if self.role is None:
            return ()
        if self.role in ("partner_admin", "partner_member"):
            return (Grant(self.role, None, FIRMS[self.place or ""]),)
        group = named("group") if self.role == "group_lead" else None
        return (Grant(self.role, self.place, None, group),)

    @property
    def actor(self) -> Actor:
        """They in a browser."""
        return Actor(self.person_id, named(f"session {self.name}"), f"Spiller {self.name}", self.grants)

    @property
    def program(self) -> Actor:
        """A program of theirs."""
        return replace(self.actor, session_id=named(f"program {self.name}"), by_token=True)

    def relation(self, place: str) -> Relation:
        """What something in `place` is to them."""
        return "own" if self.place == place else "foreign"


PLACED: dict[str, Role] = {
    "lead": "region_lead",
    "staff": "region_staff",
    "reviewer": "reviewer",
    "admin": "partner_admin",
    "member": "partner_member",
    "auditor": "auditor",
}
CAST = (
    Member("nobody"),
    Member("national", role="national"),
    *(Member(kind, place, role) for kind, role in PLACED.items() for place in (NEAR, FAR)),
    Member("group", role="group_lead"),
    Member("inspector", role="auditor"),
)
assert {member.role for member in CAST if member.role} == set(ROLES)
