"""What the registry tells the network about its records."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Organisation, Person, PersonGrant, Region
from services.partners.queries import grants_of, grants_to_come, regions_of, regions_of_people, running
from services.partners.queries.people import merged_into
from shared.auth.access import note_accesses
from shared.contracts.partners import AccessStated, GrantStated, OrganisationRecorded, PersonStated, RegionRecorded
from shared.outbox import record


async def state_regions(session: AsyncSession, regions: Iterable[Region]) -> None:
    """Tell what regions now are."""
    facts = [RegionRecorded(region_id=region.id, **region.model_dump(exclude={"id"})) for region in regions]
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
            merged_into=organisation.merged_into,
        )
        for organisation in organisations
    ]
    await record(session, *facts)


async def state_people(session: AsyncSession, people: Sequence[Person]) -> None:
    """Tell what the registry now knows of people, with the regions they belong to through what they act for."""
    grants = await grants_of(session, [person.id for person in people])
    regions = await regions_of_people(session, people, grants)
    merged = await merged_into(session, [person.id for person in people])
    facts = [_stated(person, grants[person.id], regions[person.id], merged[person.id]) for person in people]
    await record(session, *facts)
    await state_access(session, people)


async def state_access(session: AsyncSession, people: Sequence[Person]) -> None:
    """Tell what people may now do, and from when on, and have it hold here at once."""
    grants = await grants_to_come(session, [person.id for person in people])
    facts = [
        AccessStated(
            person_id=person.id,
            version=person.version,
            grants=[GrantStated.model_validate(grant, from_attributes=True) for grant in grants[person.id]],
            active=person.active,
            merged_into=person.merged_into,
        )
        for person in people
    ]
    await note_accesses(session, facts)
    await record(session, *facts)


async def restate_people_of(session: AsyncSession, organisation_ids: Collection[UUID]) -> None:
    """Tell anew of everybody who acts for these organisations, after their regions changed."""
    acting = select(PersonGrant.person_id).where(
        col(PersonGrant.organisation_id).in_(organisation_ids), running(PersonGrant)
    )
    query = select(Person).where(col(Person.id).in_(acting)).order_by(col(Person.id)).with_for_update()
    people = (await session.exec(query, execution_options={"populate_existing": True})).all()
    for person in people:
        person.changed()
    await state_people(session, people)


def _stated(person: Person, grants: list[PersonGrant], regions: list[str], merged: list[UUID]) -> PersonStated:
    return PersonStated(
        person_id=person.id,
        version=person.version,
        name=person.name,
        email=person.email if "@" in person.email else "",
        pending_email=person.pending_email or "",
        language=person.language,
        regions=regions,
        roles=sorted({grant.role for grant in grants}),
        organisation_ids=sorted({grant.organisation_id for grant in grants if grant.organisation_id}),
        functions=sorted({function for grant in grants for function in grant.functions}),
        focus_areas=person.focus_areas,
        active=person.active,
        merged_into=person.merged_into,
        merged_from=merged,
    )
