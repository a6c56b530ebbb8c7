"""Questions about people: who they are, what they hold, and where they belong."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Person, PersonGrant
from services.partners.queries.dated import not_over, running
from services.partners.queries.holding import keep_regions
from services.partners.queries.organisations import regions_of
from shared.errors import NotFound

Held = Mapping[UUID, Sequence[PersonGrant]]


async def person(session: AsyncSession, person_id: UUID, *, to_change: bool = False) -> Person:
    """Return a person, locked where they are to be changed; raises NotFound."""
    if to_change:
        await keep_regions(session)
    found = await session.get(Person, person_id, with_for_update=to_change or None)
    if found is None:
        raise NotFound
    return found


async def grants_of(session: AsyncSession, person_ids: Collection[UUID]) -> dict[UUID, list[PersonGrant]]:
    """Return the running grants of each person."""
    return await _grants(session, person_ids, running(PersonGrant))


async def grants_to_come(session: AsyncSession, person_ids: Collection[UUID]) -> dict[UUID, list[PersonGrant]]:
    """Return the grants of each person that hold today or will."""
    return await _grants(session, person_ids, not_over(PersonGrant))


async def grants_ever(session: AsyncSession, person_ids: Collection[UUID]) -> dict[UUID, list[PersonGrant]]:
    """Return all grants of each person, those that are over last and the newest of them first."""
    found = await _grants(session, person_ids)
    return {
        person_id: sorted(grants, key=lambda grant: (grant.over, -grant.since.toordinal()))
        for person_id, grants in found.items()
    }


async def grant(session: AsyncSession, person_id: UUID, grant_id: UUID, *, to_change: bool = False) -> PersonGrant:
    """Return a grant of a person, locked where it is to be changed; raises NotFound."""
    found = await session.get(PersonGrant, grant_id, with_for_update=to_change or None)
    if found is None or found.person_id != person_id:
        raise NotFound
    return found


async def people_of(session: AsyncSession, organisation_id: UUID) -> list[Person]:
    """Return the active people who act for an organisation."""
    acting = sa.select(col(PersonGrant.person_id)).where(
        col(PersonGrant.organisation_id) == organisation_id, running(PersonGrant)
    )
    query = select(Person).where(col(Person.id).in_(acting), Person.active)
    return list((await session.exec(query.order_by(col(Person.name_order), col(Person.id)))).all())


async def acting_for(session: AsyncSession, organisation_id: UUID) -> list[tuple[Person, PersonGrant]]:
    """Return everybody who acts for an organisation, today or to come, with their role, by name."""
    query = (
        select(Person, PersonGrant)
        .join(PersonGrant, col(PersonGrant.person_id) == col(Person.id))
        .where(PersonGrant.organisation_id == organisation_id, not_over(PersonGrant))
        .order_by(col(Person.name_order), col(Person.id), col(PersonGrant.id))
    )
    return list((await session.exec(query)).all())


async def regions_of_people(session: AsyncSession, people: Sequence[Person], grants: Held) -> dict[UUID, list[str]]:
    """Return the slugs of the regions each person belongs to, on their own or through what they act for."""
    acted_for = {grant.organisation_id for held in grants.values() for grant in held if grant.organisation_id}
    regions = await regions_of(session, list(acted_for))
    return {person.id: _regions_of_person(person, grants[person.id], regions) for person in people}


async def regions_answering(session: AsyncSession, people: Sequence[Person]) -> dict[UUID, list[str]]:
    """Return the slugs of the regions whose staff look after each person: those they belong to, or, with no role left, belonged to.

    The condition `reach.people_in_reach` says the same of every row.
    """
    ever = await grants_ever(session, [person.id for person in people])
    counted = {person_id: [grant for grant in grants if not grant.over] or grants for person_id, grants in ever.items()}
    return await regions_of_people(session, people, counted)


async def person_by_email(session: AsyncSession, email: str, *, to_change: bool = False) -> Person | None:
    """Return whoever has this address, written in whatever case; locked where something of theirs is to be changed."""
    if to_change:
        await keep_regions(session)
    query = select(Person).where(Person.email == email.strip().lower())
    return (await session.exec(query.with_for_update() if to_change else query)).one_or_none()


async def _grants(
    session: AsyncSession, person_ids: Collection[UUID], *conditions: sa.ColumnElement[bool]
) -> dict[UUID, list[PersonGrant]]:
    query = select(PersonGrant).where(col(PersonGrant.person_id).in_(person_ids), *conditions)
    found: dict[UUID, list[PersonGrant]] = {person_id: [] for person_id in person_ids}
    for held in (await session.exec(query.order_by(col(PersonGrant.id)))).all():
        found[held.person_id].append(held)
    return found


def _regions_of_person(
    person: Person, grants: Sequence[PersonGrant], regions: Mapping[UUID, Sequence[str]]
) -> list[str]:
    own = {person.region, *(grant.region for grant in grants)}
    own |= {slug for grant in grants if grant.organisation_id for slug in regions[grant.organisation_id]}
    return sorted(slug for slug in own if slug)


async def merged_into(session: AsyncSession, person_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Return for each person the records merged into theirs, through however many merges, in the order of their ids."""
    found: dict[UUID, list[UUID]] = {one: [] for one in person_ids}
    roots = {one: one for one in person_ids}
    while roots:
        query = select(Person.id, Person.merged_into).where(col(Person.merged_into).in_(roots))
        roots = {one: roots[into] for one, into in (await session.exec(query)).all() if into is not None}
        for one, root in roots.items():
            found[root].append(one)
    return {root: sorted(ids) for root, ids in found.items()}
