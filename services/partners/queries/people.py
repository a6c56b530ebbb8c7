"""Questions about people."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Person, PersonGrant
from services.partners.queries.dated import not_over, running
from services.partners.queries.matching import containing
from services.partners.queries.organisations import regions_of
from shared.errors import NotFound
from shared.web.paging import offset


async def person(session: AsyncSession, person_id: UUID, *, to_change: bool = False) -> Person:
    """Return a person, locked where they are to be changed; raises NotFound."""
    found = await session.get(Person, person_id, with_for_update=to_change or None)
    if found is None:
        raise NotFound
    return found


async def grants_of(session: AsyncSession, person_ids: Sequence[UUID]) -> dict[UUID, list[PersonGrant]]:
    """Return the running grants of each person."""
    query = select(PersonGrant).where(col(PersonGrant.person_id).in_(person_ids), running(PersonGrant))
    found: dict[UUID, list[PersonGrant]] = {person_id: [] for person_id in person_ids}
    for grant in (await session.exec(query.order_by(col(PersonGrant.id)))).all():
        found[grant.person_id].append(grant)
    return found


async def grants_to_come(session: AsyncSession, person_ids: Sequence[UUID]) -> dict[UUID, list[PersonGrant]]:
    """Return the grants of each person that hold today or will."""
    query = select(PersonGrant).where(col(PersonGrant.person_id).in_(person_ids), not_over(PersonGrant))
    found: dict[UUID, list[PersonGrant]] = {person_id: [] for person_id in person_ids}
    for grant in (await session.exec(query.order_by(col(PersonGrant.id)))).all():
        found[grant.person_id].append(grant)
    return found


async def people_of(session: AsyncSession, organisation_id: UUID) -> list[Person]:
    """Return the active people who act for an organisation."""
    query = (
        select(Person)
        .join(PersonGrant, col(PersonGrant.person_id) == Person.id)
        .where(PersonGrant.organisation_id == organisation_id, running(PersonGrant), Person.active)
        .order_by(col(Person.name_order), col(Person.id))
    )
    return list((await session.exec(query)).unique().all())


async def regions_of_people(
    session: AsyncSession, people: Sequence[Person], grants: dict[UUID, list[PersonGrant]]
) -> dict[UUID, list[str]]:
    """Return the slugs of the regions each person belongs to, on their own or through what they act for."""
    acted_for = {grant.organisation_id for held in grants.values() for grant in held if grant.organisation_id}
    regions = await regions_of(session, list(acted_for))
    return {person.id: _regions_of_person(person, grants[person.id], regions) for person in people}


def _regions_of_person(person: Person, grants: list[PersonGrant], regions: dict[UUID, list[str]]) -> list[str]:
    own = {person.region, *(grant.region for grant in grants)}
    own |= {slug for grant in grants if grant.organisation_id for slug in regions[grant.organisation_id]}
    return sorted(slug for slug in own if slug)


async def person_by_email(session: AsyncSession, email: str, *, to_change: bool = False) -> Person | None:
    """Return whoever has this address, written in whatever case; locked where something of theirs is to be changed."""
    query = select(Person).where(Person.email == email.strip().lower())
    return (await session.exec(query.with_for_update() if to_change else query)).one_or_none()


async def people(session: AsyncSession, q: str, page: int, per_page: int) -> tuple[int, list[Person]]:
    """Return how many people match, and one page of them by name."""
    pattern = containing(q)
    found = sa.or_(col(Person.name_folded).like(pattern, escape="\\"), col(Person.email).like(pattern, escape="\\"))
    conditions = [found] if q else []
    total = (await session.exec(select(sa.func.count()).select_from(Person).where(*conditions))).one()
    query = select(Person).where(*conditions).order_by(col(Person.name_order), col(Person.id))
    return total, list((await session.exec(query.offset(offset(page, per_page)).limit(per_page))).all())
