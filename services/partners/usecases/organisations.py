"""Registering and editing organisations."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import ExternalIdTaken, OrgNumberTaken, Stale
from services.partners.models import Membership, Organisation
from services.partners.queries import organisation as organisation_of
from services.partners.queries import regions_of
from services.partners.schemas import OrganisationIn
from services.partners.usecases.regions import known_slugs
from services.partners.usecases.statements import restate_people_of, state_organisations
from shared.auth.actor import Actor
from shared.auth.policy import about, require
from shared.clock import now

FIELDS = ("name", "org_number", "sector", "municipality", "website", "description")


async def register(session: AsyncSession, actor: Actor | None, given: OrganisationIn) -> Organisation:
    """Enter an organisation; raises Forbidden, UnknownRegion, OrgNumberTaken."""
    require(actor, "organisation.create", about(*given.regions))
    regions = await known_slugs(session, given.regions)
    await _unused(session, given, None)
    made = Organisation(**given.model_dump(include={*FIELDS, "external_id"}))
    session.add(made)
    await session.flush()
    session.add_all(Membership(organisation_id=made.id, region=region) for region in regions)
    await session.flush()
    await state_organisations(session, [made])
    return made


async def edit(
    session: AsyncSession, actor: Actor | None, organisation_id: UUID, given: OrganisationIn
) -> Organisation:
    """Change an organisation as a whole; raises NotFound, Forbidden, Stale, UnknownRegion, OrgNumberTaken."""
    found = await organisation_of(session, organisation_id)
    before = (await regions_of(session, [found.id]))[found.id]
    require(actor, "organisation.edit", about(*before, organisation_id=found.id))
    if given.version is not None and given.version != found.version:
        raise Stale
    regions = await known_slugs(session, given.regions)
    if regions != before:
        require(actor, "organisation.create", about(*(set(regions) ^ set(before))))
    await _unused(session, given, found)
    for name in FIELDS:
        setattr(found, name, getattr(given, name))
    found.changed()
    session.add(found)
    if regions != before:
        await _move(session, found, set(before), set(regions))
        await restate_people_of(session, found.id)
    await state_organisations(session, [found])
    return found


async def _unused(session: AsyncSession, given: OrganisationIn, own: Organisation | None) -> None:
    if given.org_number:
        other = (
            await session.exec(select(Organisation).where(Organisation.org_number == given.org_number))
        ).one_or_none()
        if other is not None and other is not own:
            raise OrgNumberTaken(field="org_number", name=other.name)
    if given.external_id and own is None:
        taken = (
            await session.exec(select(Organisation.id).where(Organisation.external_id == given.external_id))
        ).first()
        if taken is not None:
            raise ExternalIdTaken(field="external_id")


async def _move(session: AsyncSession, found: Organisation, before: set[str], after: set[str]) -> None:
    leaving = select(Membership).where(
        Membership.organisation_id == found.id, col(Membership.region).in_(before - after)
    )
    for membership in (await session.exec(leaving.where(col(Membership.until).is_(None)))).all():
        membership.until = now().date()
        session.add(membership)
    session.add_all(Membership(organisation_id=found.id, region=region) for region in sorted(after - before))
    await session.flush()
