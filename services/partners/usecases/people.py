"""Registering and editing people."""

from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import EmailTaken, ExternalIdTaken, PlaceNeeded, Stale, UnknownOrganisation
from services.partners.models import Organisation, Person, PersonGrant
from services.partners.queries import grants_of, person_by_email, regions_of, regions_of_people
from services.partners.queries import person as person_of
from services.partners.schemas import PersonIn
from services.partners.usecases.entering import uniquely
from services.partners.usecases.regions import known_slugs
from services.partners.usecases.sign_in import end_all
from services.partners.usecases.statements import state_people
from shared.auth.actor import Actor
from shared.auth.policy import about, can, require
from shared.clock import now
from shared.errors import Forbidden

FIELDS = ("name", "email", "title", "language", "region", "focus_areas", "active")


async def register(session: AsyncSession, actor: Actor | None, given: PersonIn) -> Person:
    """Enter a person with their role; raises Forbidden, PlaceNeeded, UnknownRegion, UnknownOrganisation, EmailTaken, ExternalIdTaken."""
    require(actor, "work.view")
    organisation_regions = await _regions_joined(session, given)
    made = Person(**given.model_dump(include={*FIELDS, "external_id"}))
    wanted = _grant(made, given)
    _may_place(actor, given.region, wanted, organisation_regions)
    async with uniquely(session, lambda: _unused(session, given, None)):
        session.add(made)
    session.add(wanted)
    await session.flush()
    await state_people(session, [made])
    return made


async def edit(session: AsyncSession, actor: Actor | None, person_id: UUID, given: PersonIn) -> Person:
    """Change a person as a whole, with the role they hold; raises what :func:`register` does, NotFound and Stale.

    Sessions end where the person is no longer active or no longer holds the role, since their tokens carry it.
    """
    require(actor, "work.view")
    organisation_regions = await _regions_joined(session, given)
    found = await person_of(session, person_id, to_change=True)
    held = (await grants_of(session, [found.id]))[found.id]
    if not may_edit(actor, held, await regions_of_known(session, found)):
        raise Forbidden
    if given.version is not None and given.version != found.version:
        raise Stale
    wanted = _grant(found, given)
    stays = [wanted.place] == [grant.place for grant in held]
    moved = given.region if given.region != found.region else None
    _may_place(actor, moved, None if stays else wanted, organisation_regions)
    async with uniquely(session, lambda: _unused(session, given, found)):
        found.become(given.model_dump(include={*FIELDS, *(["external_id"] if given.external_id else [])}))
    if not stays:
        await hold_only(session, held, wanted)
    if not stays or not found.active:
        await end_all(session, found.id)
    await state_people(session, [found])
    return found


def may_edit(actor: Actor | None, held: list[PersonGrant], regions: list[str]) -> bool:
    """Whether `actor` may edit somebody who holds `held` and belongs to `regions`.

    Who changes an address can sign in with it: nobody edits a person whose role they could not have given.
    """
    return can(actor, "person.edit", about(*regions)) and all(_may_give(actor, grant) for grant in held)


async def hold_only(session: AsyncSession, held: list[PersonGrant], wanted: PersonGrant) -> None:
    """End today the grants in `held`, and give `wanted`."""
    for grant in held:
        grant.until = now().date()
        session.add(grant)
    session.add(wanted)
    await session.flush()


async def regions_of_known(session: AsyncSession, person: Person) -> list[str]:
    """Return the regions a registered person belongs to."""
    return (await regions_of_people(session, [person], await grants_of(session, [person.id])))[person.id]


async def _regions_joined(session: AsyncSession, given: PersonIn) -> list[str]:
    await known_slugs(session, [given.region] if given.region else [], "region")
    if missing := given.place_missing():
        raise PlaceNeeded(field=missing)
    if given.organisation_id is None:
        return []
    # Locked before the person, as where an organisation moves: its people are then stated with their new regions.
    if await session.get(Organisation, given.organisation_id, with_for_update={"read": True}) is None:
        raise UnknownOrganisation(field="organisation_id")
    return (await regions_of(session, [given.organisation_id]))[given.organisation_id]


def _may_place(
    actor: Actor | None, region: str | None, wanted: PersonGrant | None, organisation_regions: list[str]
) -> None:
    if region is not None:
        require(actor, "person.create", about(region))
    if wanted is None:
        return
    if wanted.organisation_id is not None:
        require(actor, "person.create", about(*organisation_regions))
    if not _may_give(actor, wanted):
        raise Forbidden


def _may_give(actor: Actor | None, grant: PersonGrant) -> bool:
    if grant.role == "partner_member":
        return True
    return can(actor, "person.grant", about(*([grant.region] if grant.region else []), national=grant.region is None))


def _grant(person: Person, given: PersonIn) -> PersonGrant:
    region = given.region if given.role == "region_staff" else None
    return PersonGrant(person_id=person.id, role=given.role, region=region, organisation_id=given.organisation_id)


async def _unused(session: AsyncSession, given: PersonIn, own: Person | None) -> None:
    other = await person_by_email(session, given.email)
    if other is not None and other is not own:
        raise EmailTaken(field="email")
    if given.external_id:
        query = select(Person).where(Person.external_id == given.external_id)
        other = (await session.exec(query)).one_or_none()
        if other is not None and other is not own:
            raise ExternalIdTaken(field="external_id")
