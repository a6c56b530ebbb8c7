"""An organisation's logo."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Logo
from services.partners.pictures import Drawn
from services.partners.queries import organisation as organisation_of
from services.partners.queries import regions_of
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import about, require
from shared.clock import now
from shared.errors import NotFound


async def show(
    session: AsyncSession, actor: Actor | None, organisation_id: UUID, alt: str, picture: Drawn | None
) -> Logo:
    """Have an organisation show a logo; without `picture` only its text is changed. Raises NotFound and Forbidden."""
    regions = await _editable(session, actor, organisation_id)
    logo = await session.get(Logo, organisation_id, with_for_update=True)
    before = _told(logo)
    if logo is None:
        if picture is None:
            raise NotFound
        logo = Logo(organisation_id=organisation_id, alt=alt, small=b"", large=b"", digest="")
    logo.alt, logo.updated_at = alt, now()
    if picture is not None:
        logo.small, logo.large, logo.digest = picture.small, picture.large, picture.digest
    session.add(logo)
    await session.flush()
    what = audit.Subject("organisation", organisation_id, regions)
    audit.note(session, actor, "organisation.logo-changed", what, before, _told(logo))
    return logo


async def remove(session: AsyncSession, actor: Actor | None, organisation_id: UUID) -> None:
    """Have an organisation show no logo any longer; raises NotFound and Forbidden."""
    regions = await _editable(session, actor, organisation_id)
    logo = await session.get(Logo, organisation_id, with_for_update=True)
    if logo is None:
        raise NotFound
    before = _told(logo)
    await session.delete(logo)
    what = audit.Subject("organisation", organisation_id, regions)
    audit.note(session, actor, "organisation.logo-changed", what, before, _told(None))


async def _editable(session: AsyncSession, actor: Actor | None, organisation_id: UUID) -> list[str]:
    found = await organisation_of(session, organisation_id, to_change=True)
    regions = (await regions_of(session, [found.id]))[found.id]
    require(actor, "organisation.edit", about(*regions, organisation_id=found.id))
    return regions


def _told(logo: Logo | None) -> dict[str, str | None]:
    return {"logo": logo.digest if logo else None, "logo_alt": logo.alt if logo else None}
