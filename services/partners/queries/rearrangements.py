"""Questions about rearrangements of regions, and about what they would move."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import (
    Assignment,
    Membership,
    MovedKind,
    Organisation,
    PartnerCase,
    PartnerWebinar,
    Person,
    PersonGrant,
    Rearrangement,
)
from services.partners.queries.dated import not_over
from services.partners.queries.tasks import Item
from shared.contracts.partners import RegionsRearranged
from shared.errors import NotFound
from shared.web.i18n import marker as _

REGIONS = "regions"
"""What is held alone while regions are rearranged, and together by whoever puts something of another service's into one."""
NAMED: Mapping[MovedKind, tuple[Any, Any, Any]] = {
    "organisation": (Organisation.id, Organisation.name, Organisation.name_order),
    "person": (Person.id, Person.name, Person.name_order),
    "case": (PartnerCase.case_id, PartnerCase.title, PartnerCase.title),
    "webinar": (PartnerWebinar.id, PartnerWebinar.title, PartnerWebinar.starts_at),
}
"""By what each kind is known, what it is called, and what orders it."""


async def rearrangement(session: AsyncSession, rearrangement_id: UUID, *, to_change: bool = False) -> Rearrangement:
    """Return a rearrangement, locked where it is to be changed; raises NotFound."""
    found = await session.get(Rearrangement, rearrangement_id, with_for_update=to_change or None)
    if found is None:
        raise NotFound
    return found


async def rearrangements(session: AsyncSession) -> list[Rearrangement]:
    """Return all of them, the newest first."""
    query = select(Rearrangement).order_by(col(Rearrangement.created_at).desc(), col(Rearrangement.id))
    return list((await session.exec(query)).all())


async def hindered(session: AsyncSession, regions: frozenset[str] | None) -> list[Item]:
    """Return what the work list says of those that were due and could not be executed: for national staff, who alone decide."""
    if regions is not None:
        return []
    return [
        Item(
            kind="rearrangement",
            text=_("En planlagt omorganisering kunne ikke gjennomføres"),
            values={},
            button=_("Se hva som hindrer den"),
            href=f"/partners/regions/rearrangements/{found.id}",
            since=found.updated_at,
            regions=found.sources,
            urgent=True,
        )
        for found in await open_ones(session)
        if found.problem
    ]


async def open_ones(session: AsyncSession) -> list[Rearrangement]:
    """Return those that are neither executed nor given up."""
    query = select(Rearrangement).where(col(Rearrangement.state).in_(["draft", "scheduled"]))
    return list((await session.exec(query)).all())


async def executed(session: AsyncSession) -> list[RegionsRearranged]:
    """Return what was said of those that were executed, the oldest first."""
    query = select(Rearrangement).where(Rearrangement.state == "executed").order_by(col(Rearrangement.executed_at))
    found = (await session.exec(query)).all()
    return [RegionsRearranged.model_validate(one.said) for one in found if one.said]


async def assignments(session: AsyncSession, rearrangement_id: UUID) -> dict[tuple[MovedKind, UUID], Assignment]:
    """Return what is kept of where each thing goes."""
    query = select(Assignment).where(Assignment.rearrangement_id == rearrangement_id)
    return {(one.kind, one.subject_id): one for one in (await session.exec(query)).all()}


async def names_of(session: AsyncSession, kind: MovedKind, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of those of `ids` that are known still, in the order of lists."""
    key, name, order = NAMED[kind]
    query = select(key, name).where(col(key).in_(ids)).order_by(col(order), col(key))
    return dict((await session.exec(query)).all())


async def organisations_in(
    session: AsyncSession, regions: Sequence[str]
) -> list[tuple[Organisation, dict[str, Membership]]]:
    """Return the organisations that are or will be in any of `regions`, by name, with those memberships by region."""
    query = (
        select(Organisation, Membership)
        .join(Membership, col(Membership.organisation_id) == Organisation.id)
        .where(col(Membership.region).in_(regions), not_over(Membership))
        .order_by(col(Organisation.name_order), col(Organisation.id), col(Membership.region))
    )
    found: dict[UUID, tuple[Organisation, dict[str, Membership]]] = {}
    for organisation, membership in (await session.exec(query)).all():
        found.setdefault(organisation.id, (organisation, {}))[1][membership.region] = membership
    return list(found.values())


async def other_regions(session: AsyncSession, organisation_ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    """Return every region each organisation is or will be in."""
    query = select(Membership).where(col(Membership.organisation_id).in_(organisation_ids), not_over(Membership))
    found: dict[UUID, set[str]] = {organisation_id: set() for organisation_id in organisation_ids}
    for membership in (await session.exec(query)).all():
        found[membership.organisation_id].add(membership.region)
    return found


async def people_in(
    session: AsyncSession, regions: Sequence[str], organisation_ids: Sequence[UUID]
) -> list[tuple[Person, list[PersonGrant]]]:
    """Return the people who belong to `regions` on their own or act for these organisations, by name, with all they hold."""
    in_regions = sa.select(col(PersonGrant.person_id)).where(
        col(PersonGrant.region).in_(regions), not_over(PersonGrant)
    )
    acting = sa.select(col(PersonGrant.person_id)).where(
        col(PersonGrant.organisation_id).in_(organisation_ids), not_over(PersonGrant)
    )
    query = select(Person).where(
        sa.or_(col(Person.region).in_(regions), col(Person.id).in_(in_regions), col(Person.id).in_(acting))
    )
    people = (await session.exec(query.order_by(col(Person.name_order), col(Person.id)))).all()
    held = select(PersonGrant).where(col(PersonGrant.person_id).in_([person.id for person in people]))
    grants: dict[UUID, list[PersonGrant]] = {person.id: [] for person in people}
    for grant in (await session.exec(held.where(not_over(PersonGrant)).order_by(col(PersonGrant.id)))).all():
        grants[grant.person_id].append(grant)
    return [(person, grants[person.id]) for person in people]


async def cases_in(session: AsyncSession, regions: Sequence[str]) -> list[PartnerCase]:
    """Return the cases of `regions` that were ever published, by title."""
    query = select(PartnerCase).where(col(PartnerCase.region).in_(regions))
    return list((await session.exec(query.order_by(col(PartnerCase.title), col(PartnerCase.case_id)))).all())


async def webinars_ahead(session: AsyncSession, regions: Sequence[str], moment: datetime) -> list[PartnerWebinar]:
    """Return the announced webinars for any of `regions` that begin after `moment`, by start."""
    query = select(PartnerWebinar).where(PartnerWebinar.status == "published", col(PartnerWebinar.starts_at) > moment)
    found = (await session.exec(query.order_by(col(PartnerWebinar.starts_at), col(PartnerWebinar.id)))).all()
    return [webinar for webinar in found if set(webinar.regions) & set(regions)]
