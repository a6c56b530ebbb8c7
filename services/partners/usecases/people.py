"""Registering and editing people."""

from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import EmailTaken, ExternalIdTaken, NotAPlaceToJoin, Stale, UnknownOrganisation
from services.partners.models import Organisation, Person, PersonGrant
from services.partners.queries import grants_of, person_by_email, regions_of
from services.partners.queries import person as person_of
from services.partners.schemas import PersonIn
from services.partners.usecases.regions import known_slugs
from services.partners.usecases.statements import regions_of_person, state_people
from shared.auth.actor import Actor
from shared.auth.policy import about, require
from shared.clock import now

FIELDS = ("name", "title", "language", "region", "focus_areas", "active")


async def register(session: AsyncSession, actor: Actor | None, given: PersonIn) -> Person:
    """Enter a person with their first role; raises Forbidden, UnknownRegion, UnknownOrganisation, EmailTaken."""
    require(actor, "person.create", about(*await _places(session, given), national=given.role == "national"))
    _may_grant(actor, given)
    await _unused(session, given, None)
    made = Person(**given.model_dump(include={*FIELDS, "external_id"}), email=given.email.lower())
    session.add(made)
    await session.flush()
    session.add(_grant(made, given))
    await session.flush()
    await state_people(session, [made])
    return made


async def edit(session: AsyncSession, actor: Actor | None, person_id: UUID, given: PersonIn) -> Person:
    """Change a person and what they act for; raises NotFound, Forbidden, Stale, EmailTaken."""
    found = await person_of(session, person_id)
    require(actor, "person.edit", about(*await regions_of_known(session, found)))
    require(actor, "person.create", about(*await _places(session, given), national=given.role == "national"))
    if given.version is not None and given.version != found.version:
        raise Stale
    await _unused(session, given, found)
    for name in FIELDS:
        setattr(found, name, getattr(given, name))
    found.email = given.email.lower()
    await _regrant(session, actor, found, given)
    found.changed()
    session.add(found)
    await session.flush()
    await state_people(session, [found])
    return found


async def regions_of_known(session: AsyncSession, person: Person) -> list[str]:
    """Return the regions a registered person belongs to."""
    grants = (await grants_of(session, [person.id]))[person.id]
    regions = await regions_of(session, [grant.organisation_id for grant in grants if grant.organisation_id])
    return regions_of_person(person, grants, regions)


async def _places(session: AsyncSession, given: PersonIn) -> list[str]:
    regions = await known_slugs(session, [given.region] if given.region else [], "region")
    if given.organisation_id is not None:
        if await session.get(Organisation, given.organisation_id) is None:
            raise UnknownOrganisation(field="organisation_id")
        regions += (await regions_of(session, [given.organisation_id]))[given.organisation_id]
    if given.role == "region_staff" and not given.region:
        raise NotAPlaceToJoin(field="region")
    return regions


def _may_grant(actor: Actor | None, given: PersonIn) -> None:
    if given.role != "partner_member":
        require(
            actor, "person.grant", about(*([given.region] if given.region else []), national=given.role == "national")
        )


async def _regrant(session: AsyncSession, actor: Actor | None, found: Person, given: PersonIn) -> None:
    wanted = _grant(found, given)
    held = (await grants_of(session, [found.id]))[found.id]
    if any(_same(grant, wanted) for grant in held):
        return
    _may_grant(actor, given)
    for grant in held[:1]:
        grant.until = now().date()
        session.add(grant)
    session.add(wanted)


def _same(one: PersonGrant, other: PersonGrant) -> bool:
    return (one.role, one.region, one.organisation_id) == (other.role, other.region, other.organisation_id)


def _grant(person: Person, given: PersonIn) -> PersonGrant:
    region = given.region if given.role == "region_staff" else None
    return PersonGrant(person_id=person.id, role=given.role, region=region, organisation_id=given.organisation_id)


async def _unused(session: AsyncSession, given: PersonIn, own: Person | None) -> None:
    other = await person_by_email(session, given.email)
    if other is not None and other is not own:
        raise EmailTaken(field="email")
    if given.external_id and own is None:
        taken = (await session.exec(select(Person.id).where(Person.external_id == given.external_id))).first()
        if taken is not None:
            raise ExternalIdTaken(field="external_id")
