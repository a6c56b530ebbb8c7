"""Registering and editing organisations."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import ExternalIdTaken, OrgNumberTaken, RegionNeeded, Stale
from services.partners.models import Membership, Organisation
from services.partners.queries import organisation as organisation_of
from services.partners.queries import regions_of
from services.partners.schemas import OrganisationIn
from services.partners.usecases.entering import uniquely
from services.partners.usecases.regions import known_slugs
from services.partners.usecases.statements import restate_people_of, state_organisations
from shared.auth.actor import Actor
from shared.auth.policy import about, can, require
from shared.clock import now

FIELDS = ("name", "org_number", "sector", "municipality", "website", "description", "active")


async def register(session: AsyncSession, actor: Actor | None, given: OrganisationIn) -> Organisation:
    """Enter an organisation; raises Forbidden, RegionNeeded, UnknownRegion, OrgNumberTaken, ExternalIdTaken."""
    if can(actor, "work.view") and not given.regions and not can(actor, "organisation.create", about(national=True)):
        raise RegionNeeded(field="regions")
    require(actor, "organisation.create", about(*given.regions))
    regions = await known_slugs(session, given.regions)
    made = Organisation(**given.model_dump(include={*FIELDS, "external_id"}))
    async with uniquely(session, lambda: _unused(session, given, None)):
        session.add(made)
    await become(session, made, set(), set(regions))
    await state_organisations(session, [made])
    return made


async def edit(
    session: AsyncSession, actor: Actor | None, organisation_id: UUID, given: OrganisationIn
) -> Organisation:
    """Change an organisation as a whole; raises NotFound, Forbidden, Stale, UnknownRegion, OrgNumberTaken, ExternalIdTaken."""
    found = await organisation_of(session, organisation_id, to_change=True)
    before = (await regions_of(session, [found.id]))[found.id]
    require(actor, "organisation.edit", about(*before, organisation_id=found.id))
    if given.version is not None and given.version != found.version:
        raise Stale
    if given.active != found.active:
        require(actor, "organisation.create", about(*before))
    if set(given.regions) != set(before):
        require(actor, "organisation.create", about(*(set(given.regions) ^ set(before))))
    regions = await known_slugs(session, given.regions)
    async with uniquely(session, lambda: _unused(session, given, found)):
        found.become(given.model_dump(include={*FIELDS, *(["external_id"] if given.external_id else [])}))
    if regions != before:
        await become(session, found, set(before), set(regions))
        await restate_people_of(session, [found.id])
    await state_organisations(session, [found])
    return found


async def become(session: AsyncSession, found: Organisation, before: set[str], after: set[str]) -> None:
    """End today the memberships that are not in `after`, and begin those that are not in `before`."""
    leaving = select(Membership).where(
        Membership.organisation_id == found.id, col(Membership.region).in_(before - after)
    )
    for membership in (await session.exec(leaving.where(col(Membership.until).is_(None)))).all():
        membership.until = now().date()
        session.add(membership)
    session.add_all(Membership(organisation_id=found.id, region=region) for region in sorted(after - before))
    await session.flush()


async def _unused(session: AsyncSession, given: OrganisationIn, own: Organisation | None) -> None:
    if given.org_number:
        query = select(Organisation).where(Organisation.org_number == given.org_number)
        other = (await session.exec(query)).one_or_none()
        if other is not None and other is not own:
            raise OrgNumberTaken(field="org_number", name=other.name)
    if given.external_id:
        query = select(Organisation).where(Organisation.external_id == given.external_id)
        other = (await session.exec(query)).one_or_none()
        if other is not None and other is not own:
            raise ExternalIdTaken(field="external_id")
