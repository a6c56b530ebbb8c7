"""Giving and ending roles, each only by those who may give it."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import PlaceNeeded, UnknownOrganisation
from services.partners.models import Organisation, Person, PersonGrant
from services.partners.people_errors import LastAdmin, LastNational, RoleBackwards, RoleHeld, RolePlace
from services.partners.queries import grant as grant_of
from services.partners.queries import (
    grants_to_come,
    person,
    person_in_reach,
    regions_answering,
    regions_of,
    regions_of_people,
    running,
)
from services.partners.queries.holding import keep_regions
from services.partners.schemas.people import FunctionsIn, RoleEnd, RoleIn
from services.partners.usecases.regions import known_slugs
from services.partners.usecases.statements import state_people
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import about, can, require
from shared.clock import today_in_norway
from shared.contracts.vocabulary import Role
from shared.errors import Forbidden

OF_REGION: Final[tuple[Role, ...]] = ("region_lead", "region_staff", "reviewer", "auditor")
OF_ORGANISATION: Final[tuple[Role, ...]] = ("partner_admin", "partner_member")
NEEDS_REGION: Final[tuple[Role, ...]] = ("region_lead", "region_staff", "reviewer")
GIVABLE: Final[tuple[Role, ...]] = ("national", *OF_REGION, *OF_ORGANISATION)
"""Roles that are given here; leaders of working groups are made where the groups are."""


def may_give(actor: Actor | None, grant: PersonGrant, regions: Mapping[UUID, Sequence[str]]) -> bool:
    """Whether `actor` may give and take `grant`; `regions` are those of the organisations concerned.

    The network's own give all. A region's lead gives the roles of their region, its staff those of the partners there, and a
    partner's admin those of their own organisation.
    """
    if grant.role in OF_ORGANISATION:
        if grant.organisation_id is None:
            return can(actor, "work.view")
        target = about(*regions[grant.organisation_id], organisation_id=grant.organisation_id)
        return can(actor, "colleague.manage", target)
    places = [grant.region] if grant.region else []
    by_network = grant.role in ("national", "region_lead", "group_lead") or not places
    return can(actor, "person.grant", about(*places, national=by_network))


async def may_give_all(session: AsyncSession, actor: Actor | None, grants: Sequence[PersonGrant]) -> bool:
    """Whether `actor` may give each of `grants`."""
    regions = await regions_of(session, list({grant.organisation_id for grant in grants if grant.organisation_id}))
    return all(may_give(actor, grant, regions) for grant in grants)


async def give(session: AsyncSession, actor: Actor | None, person_id: UUID, given: RoleIn) -> PersonGrant:
    """Give a person one more role; raises NotFound, Forbidden, PlaceNeeded, RolePlace, UnknownRegion, UnknownOrganisation, RoleHeld."""
    require(actor, "work.view")
    await person_in_reach(session, actor, person_id)
    grant = await placed(session, person_id, given)
    if not await may_give_all(session, actor, [grant]):
        raise Forbidden
    found = await person(session, person_id, to_change=True)
    await hold(session, actor, found, grant)
    return grant


async def hold(session: AsyncSession, actor: Actor | None, found: Person, grant: PersonGrant) -> None:
    """Have a locked person hold `grant` too, and tell of it; raises RoleHeld where they do. Asks nobody's rights."""
    held = (await grants_to_come(session, [found.id]))[found.id]
    if any(_overlap(one, grant) for one in held if one.place == grant.place):
        raise RoleHeld(field="role")
    session.add(grant)
    await _changed(session, actor, found, "role.given", grant, {}, audit.snapshot(grant))


async def end(session: AsyncSession, actor: Actor | None, person_id: UUID, grant_id: UUID, given: RoleEnd) -> None:
    """End a role; raises NotFound, Forbidden, RoleOver, RoleBackwards, LastAdmin, LastNational."""
    found = await person(session, person_id, to_change=True)
    grant = await grant_of(session, person_id, grant_id, to_change=True)
    if not await may_give_all(session, actor, [grant]):
        raise Forbidden
    if given.until is not None and given.until < max(grant.since, today_in_norway()):
        raise RoleBackwards(field="until")
    await _may_lack(session, actor, grant)
    before = audit.snapshot(grant)
    grant.end(given.until)
    session.add(grant)
    await _changed(session, actor, found, "role.ended", grant, before, audit.snapshot(grant))


async def perform(
    session: AsyncSession, actor: Actor | None, person_id: UUID, grant_id: UUID, given: FunctionsIn
) -> None:
    """Say what somebody does for the organisation of a role; raises NotFound, Forbidden, RolePlace."""
    found = await person(session, person_id, to_change=True)
    grant = await grant_of(session, person_id, grant_id, to_change=True)
    if not await may_give_all(session, actor, [grant]):
        raise Forbidden
    if grant.organisation_id is None:
        raise RolePlace(field="functions")
    before = audit.snapshot(grant)
    grant.functions = sorted(set(given.functions))
    session.add(grant)
    if audit.snapshot(grant) != before:
        await _changed(session, actor, found, "role.changed", grant, before, audit.snapshot(grant))


async def placed(session: AsyncSession, person_id: UUID, given: RoleIn) -> PersonGrant:
    """Return the grant `given` stands for, its organisation locked; raises PlaceNeeded, RolePlace, UnknownRegion, UnknownOrganisation.

    The organisation is locked before the person, as where an organisation moves: its people are then stated with their new regions.
    """
    fits(given.role, given.region, given.organisation_id)
    if given.region:
        await known_slugs(session, [given.region], "region")
    if given.organisation_id:
        await keep_regions(session)
        locked = await session.get(Organisation, given.organisation_id, with_for_update={"read": True})
        if locked is None:
            raise UnknownOrganisation(field="organisation_id")
    since = given.since or today_in_norway()
    if given.until is not None and given.until <= since:
        raise RoleBackwards(field="until")
    return PersonGrant(
        person_id=person_id,
        role=given.role,
        region=given.region,
        organisation_id=given.organisation_id,
        functions=sorted(set(given.functions)) if given.organisation_id else [],
        since=since,
        until=given.until,
    )


def fits(role: Role, region: str | None, organisation_id: UUID | None) -> None:
    """Raise PlaceNeeded where a role lacks what it is held over, RolePlace where it is held over something else."""
    if role not in GIVABLE:
        raise RolePlace(field="role")
    if role in NEEDS_REGION and region is None:
        raise PlaceNeeded(field="region")
    if role in OF_ORGANISATION and organisation_id is None:
        raise PlaceNeeded(field="organisation_id")
    if organisation_id is not None and role not in OF_ORGANISATION:
        raise RolePlace(field="organisation_id")
    if region is not None and role not in OF_REGION:
        raise RolePlace(field="region")


def _overlap(one: PersonGrant, other: PersonGrant) -> bool:
    return (other.until is None or one.since < other.until) and (one.until is None or other.since < one.until)


async def _may_lack(session: AsyncSession, actor: Actor | None, grant: PersonGrant) -> None:
    if grant.role == "national" and not await _others(session, grant):
        raise LastNational
    by_own_people = actor is not None and not actor.is_staff
    if grant.role == "partner_admin" and by_own_people and not await _others(session, grant):
        raise LastAdmin


async def _others(session: AsyncSession, grant: PersonGrant) -> int:
    place = col(PersonGrant.organisation_id)
    query = (
        select(func.count())
        .select_from(PersonGrant)
        .join(Person, col(Person.id) == col(PersonGrant.person_id))
        .where(
            PersonGrant.role == grant.role,
            place.is_(None) if grant.organisation_id is None else place == grant.organisation_id,
            PersonGrant.person_id != grant.person_id,
            running(PersonGrant),
            Person.active,
        )
    )
    return (await session.exec(query)).one()


async def _changed(
    session: AsyncSession,
    actor: Actor | None,
    found: Person,
    action: str,
    grant: PersonGrant,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    found.changed()
    session.add(found)
    await session.flush()
    touched = await regions_of_people(session, [found], {found.id: [grant]})
    regions = {*(await regions_answering(session, [found]))[found.id], *touched[found.id]}
    audit.note(session, actor, action, audit.Subject("person", found.id, regions), before, after)
    await state_people(session, [found])
