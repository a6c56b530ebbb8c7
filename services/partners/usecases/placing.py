"""Where a change belongs: the organisation, locked, its regions, and whether the actor may."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Organisation
from services.partners.queries import organisation as organisation_of
from services.partners.queries import regions_of
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import Action, about, require


@dataclass(frozen=True)
class Place:
    """An organisation that is changed by `actor`; `regions` are those it is a partner in."""

    organisation: Organisation
    actor: Actor
    regions: list[str]

    def subject(self, kind: str) -> audit.Subject:
        """Return what a change of something of the organisation's is about, for the audit."""
        return audit.Subject(kind, self.organisation.id, self.regions)


async def placed(session: AsyncSession, actor: Actor | None, organisation_id: UUID, action: Action) -> Place:
    """Lock the organisation `actor` wants to do `action` to; raises NotFound, SignInNeeded, Forbidden."""
    found = await organisation_of(session, organisation_id, to_change=True)
    regions = (await regions_of(session, [found.id]))[found.id]
    return Place(found, require(actor, action, about(*regions, organisation_id=found.id)), regions)
