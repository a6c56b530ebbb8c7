"""Who is acting: a person or a program with its grants."""

from dataclasses import dataclass
from uuid import UUID

from shared.contracts.vocabulary import Role

STAFF: tuple[Role, ...] = ("national", "region_lead", "region_staff")


@dataclass(frozen=True)
class Grant:
    """One role, over the whole network, a region, an organisation or a working group."""

    role: Role
    region: str | None = None
    organisation_id: UUID | None = None
    group_id: UUID | None = None


@dataclass(frozen=True)
class Limits:
    """What an API token may be used for at most, whatever its person may do: `writes` or only reads, and in which services."""

    writes: bool
    services: frozenset[str]


@dataclass(frozen=True)
class Actor:
    """Somebody signed in. A visitor is no actor but None."""

    person_id: UUID
    session_id: UUID
    name: str
    grants: tuple[Grant, ...] = ()
    by_token: bool = False
    version: int = 0
    """Which version of the registry's word on their rights `grants` are."""
    limits: Limits | None = None
    """Where they act by a token they made: how far it reaches. None for sessions and service accounts."""

    @property
    def is_national(self) -> bool:
        """Whether they act for the whole network."""
        return any(grant.role == "national" for grant in self.grants)

    @property
    def is_staff(self) -> bool:
        """Whether they act for a region or the whole network."""
        return any(grant.role in STAFF for grant in self.grants)

    @property
    def regions(self) -> frozenset[str]:
        """Slugs of the regions they are staff of."""
        return self.regions_as("region_lead", "region_staff")

    def regions_as(self, *roles: Role) -> frozenset[str]:
        """Return slugs of the regions they hold one of `roles` in."""
        return frozenset(grant.region for grant in self.grants if grant.role in roles and grant.region)

    def organisations_as(self, *roles: Role) -> frozenset[UUID]:
        """Return the organisations they hold one of `roles` in."""
        return frozenset(
            grant.organisation_id for grant in self.grants if grant.role in roles and grant.organisation_id
        )

    def everywhere_as(self, role: Role) -> bool:
        """Whether they hold `role` over the whole network."""
        return any(
            grant.role == role and grant.region is None and grant.organisation_id is None and grant.group_id is None
            for grant in self.grants
        )

    @property
    def organisations(self) -> frozenset[UUID]:
        """Organisations they act for."""
        return frozenset(grant.organisation_id for grant in self.grants if grant.organisation_id)

    @property
    def sole_organisation(self) -> UUID | None:
        """The organisation they act for, where it is one."""
        return next(iter(self.organisations)) if len(self.organisations) == 1 else None

    @property
    def initials(self) -> str:
        """Up to two initials for the account menu."""
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"
