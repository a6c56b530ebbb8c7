"""Whom to write to about an organisation's obligations."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Person, PersonGrant
from services.partners.queries.dated import running
from services.partners.queries.organisations import regions_of


async def contacts_of(session: AsyncSession, organisation_ids: Collection[UUID]) -> dict[UUID, list[Person]]:
    """Return whom to write to about each organisation: those who answer for climate there, else its admins, else any of its people.

    Where there is nobody whose address works, it is its regions' leaders, else their staff.
    """
    held = await _reachable(session, col(PersonGrant.organisation_id).in_(organisation_ids))
    found = {organisation_id: _first_choice(held, organisation_id) for organisation_id in organisation_ids}
    empty = [organisation_id for organisation_id, people in found.items() if not people]
    if not empty:
        return found
    regions = await regions_of(session, empty)
    slugs = {slug for organisation_id in empty for slug in regions[organisation_id]}
    staff = await _reachable(session, col(PersonGrant.region).in_(slugs))
    for organisation_id in empty:
        near = [(grant, person) for grant, person in staff if grant.region in regions[organisation_id]]
        leaders = [person for grant, person in near if grant.role == "region_lead"]
        others = [person for grant, person in near if grant.role == "region_staff"]
        found[organisation_id] = _once(leaders or others)
    return found


def _first_choice(held: list[tuple[PersonGrant, Person]], organisation_id: UUID) -> list[Person]:
    own = [(grant, person) for grant, person in held if grant.organisation_id == organisation_id]
    answering = [person for grant, person in own if "climate_lead" in grant.functions]
    admins = [person for grant, person in own if grant.role == "partner_admin"]
    return _once(answering or admins or [person for _, person in own])


def _once(people: list[Person]) -> list[Person]:
    return list({person.id: person for person in people}.values())


async def _reachable(session: AsyncSession, condition: object) -> list[tuple[PersonGrant, Person]]:
    query = (
        select(PersonGrant, Person)
        .join(Person, col(Person.id) == PersonGrant.person_id)
        .where(condition, running(PersonGrant), Person.active, col(Person.email_refused_at).is_(None))  # type: ignore[arg-type]
        .order_by(col(Person.id))
    )
    return [(grant, person) for grant, person in (await session.exec(query)).all()]
