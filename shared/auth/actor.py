"""Who is acting: a person or a program with its grants."""

from dataclasses import dataclass
from uuid import UUID

from shared.contracts.vocabulary import Role


@dataclass(frozen=True)
class Grant:
    """One role, over the whole network, a region or an organisation."""

    role: Role
    region: str | None = None
    organisation_id: UUID | None = None


@dataclass(frozen=True)
class Actor:
    """Somebody signed in. A visitor is no actor but None."""

    person_id: UUID
    session_id: UUID
    name: str
    grants: tuple[Grant, ...] = ()
    by_token: bool = False

    @property
    def is_national(self) -> bool:
        """Whether they act for the whole network."""
        return any(grant.role == "national" for grant in self.grants)

    @property
    def is_staff(self) -> bool:
        """Whether they act for a region or the whole network."""
        return any(grant.role in ("national", "region_staff") for grant in self.grants)

    @property
    def regions(self) -> frozenset[str]:
        """Slugs of the regions they are staff of."""
        return frozenset(grant.region for grant in self.grants if grant.role == "region_staff" and grant.region)

    @property
    def organisations(self) -> frozenset[UUID]:
        """Organisations they act for."""
        return frozenset(grant.organisation_id for grant in self.grants if grant.organisation_id)

    @property
    def initials(self) -> str:
        """Up to two initials for the account menu."""
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"
