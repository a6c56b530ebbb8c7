"""Questions to the registry."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Membership, Organisation, PartnerCase, Person, PersonGrant, Region
from services.partners.names import folded
from shared.clock import now
from shared.contracts.vocabulary import Language, Sector
from shared.errors import NotFound
from shared.web.i18n import letter_key
from shared.web.paging import offset


@dataclass(frozen=True)
class Filter:
    """What the directory is narrowed to."""

    q: str = ""
    regions: tuple[str, ...] = ()
    sectors: tuple[Sector, ...] = ()


async def all_regions(session: AsyncSession) -> list[Region]:
    """Return every region, by its bokmål name in Norwegian order."""
    return sorted((await session.exec(select(Region))).all(), key=lambda region: letter_key(region.name_nb))


async def region_names(session: AsyncSession, language: Language) -> dict[str, str]:
    """Return the name of every region by its slug, in the order of :func:`all_regions`."""
    return {region.slug: region.name(language) for region in await all_regions(session)}


async def organisation(session: AsyncSession, organisation_id: UUID, *, to_change: bool = False) -> Organisation:
    """Return an organisation, locked where it is to be changed; raises NotFound."""
    found = await session.get(Organisation, organisation_id, with_for_update=to_change or None)
    if found is None:
        raise NotFound
    return found


async def person(session: AsyncSession, person_id: UUID, *, to_change: bool = False) -> Person:
    """Return a person, locked where they are to be changed; raises NotFound."""
    found = await session.get(Person, person_id, with_for_update=to_change or None)
    if found is None:
        raise NotFound
    return found


async def regions_of(session: AsyncSession, organisation_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Return the slugs of the running memberships of each organisation."""
    query = select(Membership).where(col(Membership.organisation_id).in_(organisation_ids), running(Membership))
    found: dict[UUID, list[str]] = {organisation_id: [] for organisation_id in organisation_ids}
    for membership in (await session.exec(query.order_by(col(Membership.region)))).all():
        found[membership.organisation_id].append(membership.region)
    return found


async def grants_of(session: AsyncSession, person_ids: Sequence[UUID]) -> dict[UUID, list[PersonGrant]]:
    """Return the running grants of each person."""
    query = select(PersonGrant).where(col(PersonGrant.person_id).in_(person_ids), running(PersonGrant))
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


async def organisations_by_name(session: AsyncSession, regions: Collection[str] | None) -> list[Organisation]:
    """Return the active organisations of `regions`, or all, by name."""
    query = select(Organisation).where(Organisation.active).order_by(col(Organisation.name_order))
    if regions is not None:
        query = query.where(col(Organisation.id).in_(_members(regions)))
    return list((await session.exec(query)).all())


async def organisation_names(session: AsyncSession, organisation_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of organisations."""
    query = select(Organisation.id, Organisation.name).where(col(Organisation.id).in_(organisation_ids))
    return dict((await session.exec(query)).all())


async def cases_of(session: AsyncSession, organisation_id: UUID) -> list[PartnerCase]:
    """Return an organisation's published cases, newest first."""
    query = select(PartnerCase).where(PartnerCase.organisation_id == organisation_id, PartnerCase.visible)
    newest = query.order_by(col(PartnerCase.published_at).desc(), col(PartnerCase.case_id))
    return list((await session.exec(newest)).all())


async def directory(session: AsyncSession, wanted: Filter, page: int, per_page: int) -> tuple[int, list[Organisation]]:
    """Return how many active organisations match, and one page of them by name."""
    conditions = _conditions(wanted)
    total = (await session.exec(select(sa.func.count()).select_from(Organisation).where(*conditions))).one()
    ordered = select(Organisation).where(*conditions).order_by(col(Organisation.name_order), col(Organisation.id))
    rows = await session.exec(ordered.offset(offset(page, per_page)).limit(per_page))
    return total, list(rows.all())


async def counts_by_region(session: AsyncSession, wanted: Filter) -> dict[str, int]:
    """Return how many of what is wanted, whatever the region, are partners in each region."""
    query = (
        select(Membership.region, sa.func.count(sa.distinct(col(Membership.organisation_id))))
        .join(Organisation, col(Organisation.id) == Membership.organisation_id)
        .where(running(Membership), *_conditions(replace(wanted, regions=())))
        .group_by(col(Membership.region))
    )
    return dict((await session.exec(query)).all())


async def counts_by_sector(session: AsyncSession, wanted: Filter) -> dict[str, int]:
    """Return how many of what is wanted, whatever the sector, are in each sector."""
    query = select(Organisation.sector, sa.func.count()).where(*_conditions(replace(wanted, sectors=())))
    return dict((await session.exec(query.group_by(col(Organisation.sector)))).all())


async def people(session: AsyncSession, q: str, page: int, per_page: int) -> tuple[int, list[Person]]:
    """Return how many people match, and one page of them by name."""
    pattern = f"%{_escaped(folded(q))}%"
    found = sa.or_(col(Person.name_folded).like(pattern, escape="\\"), col(Person.email).like(pattern, escape="\\"))
    conditions = [found] if q else []
    total = (await session.exec(select(sa.func.count()).select_from(Person).where(*conditions))).one()
    query = select(Person).where(*conditions).order_by(col(Person.name_order), col(Person.id))
    return total, list((await session.exec(query.offset(offset(page, per_page)).limit(per_page))).all())


def running(table: type[Membership] | type[PersonGrant]) -> sa.ColumnElement[bool]:
    """Return the condition that a dated row holds today."""
    today = now().date()
    return sa.and_(col(table.since) <= today, sa.or_(col(table.until).is_(None), col(table.until) > today))


def _conditions(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [col(Organisation.active).is_(True)]
    if wanted.q:
        pattern = f"%{_escaped(folded(wanted.q))}%"
        digits = "".join(wanted.q.split())
        conditions.append(
            sa.or_(col(Organisation.name_folded).like(pattern, escape="\\"), col(Organisation.org_number) == digits)
        )
    if wanted.regions:
        conditions.append(col(Organisation.id).in_(_members(wanted.regions)))
    if wanted.sectors:
        conditions.append(col(Organisation.sector).in_(wanted.sectors))
    return conditions


def _members(regions: Collection[str]) -> sa.Select[Any]:
    return sa.select(col(Membership.organisation_id)).where(col(Membership.region).in_(regions), running(Membership))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
