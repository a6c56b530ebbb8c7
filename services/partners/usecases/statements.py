"""What the registry tells the network about its records."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Organisation, Person, PersonGrant, Region
from services.partners.queries import grants_of, regions_of, running
from shared.contracts.partners import OrganisationRecorded, PersonStated, RegionRecorded
from shared.outbox import record


async def state_regions(session: AsyncSession, regions: Iterable[Region]) -> None:
    """Tell what regions now are."""
    facts = [
        RegionRecorded(region_id=region.id, **region.model_dump(exclude={"id"}, mode="python")) for region in regions
    ]
    await record(session, *facts)


async def state_organisations(session: AsyncSession, organisations: Sequence[Organisation]) -> None:
    """Tell what organisations now are."""
    regions = await regions_of(session, [organisation.id for organisation in organisations])
    facts = [
        OrganisationRecorded(
            organisation_id=organisation.id,
            version=organisation.version,
            name=organisation.name,
            org_number=organisation.org_number,
            sector=organisation.sector,
            regions=regions[organisation.id],
            active=organisation.active,
        )
        for organisation in organisations
    ]
    await record(session, *facts)


async def state_people(session: AsyncSession, people: Sequence[Person]) -> None:
    """Tell what the registry now knows of people, with the regions they belong to through what they act for."""
    grants = await grants_of(session, [person.id for person in people])
    organisations = {grant.organisation_id for held in grants.values() for grant in held if grant.organisation_id}
    regions = await regions_of(session, list(organisations))
    await record(session, *(_stated(person, grants[person.id], regions) for person in people))


async def restate_people_of(session: AsyncSession, organisation_id: UUID) -> None:
    """Tell anew of everybody who acts for an organisation, after its regions changed."""
    query = (
        select(Person)
        .join(PersonGrant, col(PersonGrant.person_id) == Person.id)
        .where(PersonGrant.organisation_id == organisation_id, running(PersonGrant))
    )
    people = list((await session.exec(query)).unique().all())
    for person in people:
        person.changed()
        session.add(person)
    await state_people(session, people)


def regions_of_person(person: Person, grants: Iterable[PersonGrant], regions: dict[UUID, list[str]]) -> list[str]:
    """Return the slugs of the regions a person belongs to."""
    own = {person.region} if person.region else set()
    for grant in grants:
        own |= {grant.region} if grant.region else set()
        own |= set(regions.get(grant.organisation_id, [])) if grant.organisation_id else set()
    return sorted(slug for slug in own if slug)


def _stated(person: Person, grants: list[PersonGrant], regions: dict[UUID, list[str]]) -> PersonStated:
    return PersonStated(
        person_id=person.id,
        version=person.version,
        name=person.name,
        email=person.email,
        language=person.language,
        regions=regions_of_person(person, grants, regions),
        roles=sorted({grant.role for grant in grants}),
        organisation_ids=[grant.organisation_id for grant in grants if grant.organisation_id],
        focus_areas=person.focus_areas,
        active=person.active,
    )
