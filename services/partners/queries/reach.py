"""Whom somebody may see: every list of people is narrowed by `people_in_reach`, and whoever is out of reach is not found."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Membership, Person, PersonGrant
from services.partners.queries.dated import not_over, running
from services.partners.queries.matching import containing
from shared.auth.actor import Actor
from shared.contracts.vocabulary import PartnerFunction, Role
from shared.errors import NotFound
from shared.web.paging import offset


@dataclass(frozen=True)
class PeopleFilter:
    """What the list of people is narrowed to. `region` is one they belong to; the rest is of one and the same role."""

    q: str = ""
    region: str = ""
    organisation_id: UUID | None = None
    role: Role | None = None
    function: PartnerFunction | None = None


def people_in_reach(actor: Actor | None) -> sa.ColumnElement[bool]:
    """Return the condition that `actor` may see a person: all for the network's own, else those of their regions. It has no default."""
    if actor is None:
        return sa.false()
    if actor.is_national or actor.everywhere_as("auditor"):
        return sa.true()
    return belonging_to(actor.regions_as("region_lead", "region_staff", "auditor"))


def belonging_to(regions: Collection[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a person belongs to one of `regions`, or, with no role left, that they last did."""
    if not regions:
        return sa.false()
    other = aliased(PersonGrant)
    no_role_left = ~sa.exists().where(col(other.person_id) == col(Person.id), not_over(other))
    through = sa.exists().where(
        col(PersonGrant.person_id) == col(Person.id),
        sa.or_(col(PersonGrant.region).in_(regions), col(PersonGrant.organisation_id).in_(members(regions))),
        sa.or_(not_over(PersonGrant), no_role_left),
    )
    return sa.or_(col(Person.region).in_(regions), through)


def members(regions: Collection[str]) -> sa.Select[Any]:
    """Return the ids of the organisations that are partners in one of `regions` today."""
    return sa.select(col(Membership.organisation_id)).where(col(Membership.region).in_(regions), running(Membership))


def has_function(function: PartnerFunction) -> sa.ColumnElement[bool]:
    """Return the condition that a grant names `function`."""
    return sa.cast(col(PersonGrant.functions), sa.Text).like(f'%"{function}"%')


async def person_in_reach(session: AsyncSession, actor: Actor | None, person_id: UUID) -> Person:
    """Return a person `actor` may see; raises NotFound, also for those they may not see."""
    query = select(Person).where(Person.id == person_id, people_in_reach(actor), col(Person.merged_into).is_(None))
    found = (await session.exec(query)).one_or_none()
    if found is None:
        raise NotFound
    return found


async def people(
    session: AsyncSession, actor: Actor | None, wanted: PeopleFilter, page: int, per_page: int
) -> tuple[int, list[Person]]:
    """Return how many of the people `actor` may see match, and one page of them by name."""
    conditions = [people_in_reach(actor), col(Person.merged_into).is_(None), *_conditions(wanted)]
    total = (await session.exec(select(sa.func.count()).select_from(Person).where(*conditions))).one()
    query = select(Person).where(*conditions).order_by(col(Person.name_order), col(Person.id))
    return total, list((await session.exec(query.offset(offset(page, per_page)).limit(per_page))).all())


async def people_ids(session: AsyncSession, actor: Actor | None, wanted: PeopleFilter) -> list[UUID]:
    """Return the ids of all the people `actor` may see that match, in the order of :func:`people`."""
    conditions = [people_in_reach(actor), col(Person.merged_into).is_(None), *_conditions(wanted)]
    query = select(Person.id).where(*conditions).order_by(col(Person.name_order), col(Person.id))
    return list((await session.exec(query)).all())


async def people_by_id(session: AsyncSession, ids: Collection[UUID]) -> list[Person]:
    """Return the people with these ids in their order, without those that are there no longer."""
    found = {one.id: one for one in (await session.exec(select(Person).where(col(Person.id).in_(ids)))).all()}
    return [found[one] for one in ids if one in found]


def _conditions(wanted: PeopleFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.q:
        pattern = containing(wanted.q)
        conditions.append(
            sa.or_(col(Person.name_folded).like(pattern, escape="\\"), col(Person.email).like(pattern, escape="\\"))
        )
    if wanted.region:
        conditions.append(belonging_to([wanted.region]))
    if of_role := _of_role(wanted):
        conditions.append(
            sa.exists().where(col(PersonGrant.person_id) == col(Person.id), running(PersonGrant), *of_role)
        )
    return conditions


def _of_role(wanted: PeopleFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.organisation_id is not None:
        found.append(col(PersonGrant.organisation_id) == wanted.organisation_id)
    if wanted.role is not None:
        found.append(col(PersonGrant.role) == wanted.role)
    if wanted.function is not None:
        found.append(has_function(wanted.function))
    if found and wanted.region:
        place = [
            col(PersonGrant.region) == wanted.region,
            col(PersonGrant.organisation_id).in_(members([wanted.region])),
        ]
        placeless = sa.and_(col(PersonGrant.region).is_(None), col(PersonGrant.organisation_id).is_(None))
        found.append(sa.or_(*place, sa.and_(placeless, col(Person.region) == wanted.region)))
    return found
