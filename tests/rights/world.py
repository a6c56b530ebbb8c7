"""What stands in the databases the doors are tried on: the same things in two regions, each with words that occur nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.partners.models import Person, PersonGrant
from shared.contracts.partners import AccessStated, GrantStated
from tests.rights.cast import CAST, FAR, NEAR, Member, named
from tests.rights.rules import RULES

PLACES = (NEAR, FAR)


@dataclass(frozen=True)
class Mark:
    """Words that stand in one record alone, and the rows of the table of rights of which any opens that record."""

    text: str
    place: str
    rules: tuple[str, ...]
    owner: UUID | None = None

    def open_to(self, member: Member | None) -> bool:
        """Whether somebody may read it."""
        if member is None:
            return False
        if self.owner == member.person_id:
            return True
        return any(RULES[rule].allows(member.kind, member.relation(self.place)) for rule in self.rules)


@dataclass
class World:
    """Ids of what the doors are about, by the names addresses and bodies give them, and the marks by what they are."""

    ids: dict[str, str] = field(default_factory=dict)
    own: dict[str, dict[str, str]] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)

    def mark(self, what: str, place: str, *rules: str, owner: UUID | None = None) -> str:
        """Return words to plant in a record that only those may read whom one of `rules` allows, in `place`."""
        text = f"Zq{what}{'naer' if place == NEAR else 'fjern'}qz"
        self.marks[text] = Mark(text, place, rules, owner)
        return text

    def address(self, what: str, place: str, *rules: str) -> str:
        """Return a mark that is an e-mail address."""
        text = f"zq.{what}.{place}@example.org"
        self.marks[text] = Mark(text, place, rules)
        return text

    def figure(self, text: str, place: str, *rules: str) -> str:
        """Return `text`, a figure that stands in no other record."""
        self.marks[text] = Mark(text, place, rules)
        return text

    def known(self, place: str, **ids: object) -> None:
        """Keep ids, those of the near region by their names and those of the far one after `far_`."""
        self.ids |= {name if place == NEAR else f"far_{name}": str(value) for name, value in ids.items()}

    def values(self, member: Member | None) -> Mapping[str, str]:
        """Return what addresses and bodies name, with what is somebody's own."""
        return self.ids | (self.own[member.name] if member else self.own["visitor"])


def people() -> list[tuple[Person, list[PersonGrant]]]:
    """Return the cast as the registry keeps it."""
    return [
        (
            Person(id=member.person_id, name=member.actor.name, email=f"spiller{number}@example.org"),
            [
                PersonGrant(
                    id=named(f"grant {member.name}"),
                    person_id=member.person_id,
                    role=grant.role,
                    region=grant.region,
                    organisation_id=grant.organisation_id,
                    group_id=grant.group_id,
                )
                for grant in member.grants
            ],
        )
        for number, member in enumerate(CAST)
    ]


def access(member: Member, version: int = 1, **changes: Any) -> AccessStated:
    """Return what the registry tells the other services of somebody's rights."""
    grants = [
        GrantStated(role=one.role, region=one.region, organisation_id=one.organisation_id, group_id=one.group_id)
        for one in member.grants
    ]
    values: dict[str, Any] = {"person_id": member.person_id, "version": version, "grants": grants, **changes}
    return AccessStated(**values)
