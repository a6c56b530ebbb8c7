"""Questions to the registry."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Membership, Organisation, PartnerCase, Person, PersonGrant, Region
from shared.clock import now
from shared.contracts.vocabulary import Sector
from shared.errors import NotFound
from shared.web.paging import offset


@dataclass(frozen=True)
class Filter:
    """What the directory is narrowed to."""

    q: str = ""
    region: str | None = None
    sector: Sector | None = None


async def all_regions(session: AsyncSession) -> list[Region]:
    """Return every region, by its bokmål name."""
    return list((await session.exec(select(Region).order_by(col(Region.name_nb)))).all())


async def organisation(session: AsyncSession, organisation_id: UUID) -> Organisation:
    """Return an organisation; raises NotFound."""
    found = await session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound
    return found


async def person(session: AsyncSession, person_id: UUID) -> Person:
    """Return a person; raises NotFound."""
    found = await session.get(Person, person_id)
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
        .order_by(col(Person.name))
    )
    return list((await session.exec(query)).unique().all())


async def person_by_email(session: AsyncSession, email: str) -> Person | None:
    """Return whoever has this address, written in whatever case."""
    return (await session.exec(select(Person).where(Person.email == email.strip().lower()))).one_or_none()


async def cases_of(session: AsyncSession, organisation_id: UUID) -> list[PartnerCase]:
    """Return an organisation's published cases, newest first."""
    query = select(PartnerCase).where(PartnerCase.organisation_id == organisation_id, PartnerCase.visible)
    return list((await session.exec(query.order_by(col(PartnerCase.published_at).desc()))).all())


async def directory(session: AsyncSession, wanted: Filter, page: int, per_page: int) -> tuple[int, list[Organisation]]:
    """Return how many active organisations match, and one page of them by name."""
    conditions = _conditions(wanted)
    total = (await session.exec(select(sa.func.count()).select_from(Organisation).where(*conditions))).one()
    ordered = select(Organisation).where(*conditions).order_by(sa.func.lower(Organisation.name), col(Organisation.id))
    rows = await session.exec(ordered.offset(offset(page, per_page)).limit(per_page))
    return total, list(rows.all())


async def counts_by_region(session: AsyncSession) -> dict[str, int]:
    """Return how many active organisations are partners in each region."""
    query = (
        select(Membership.region, sa.func.count(sa.distinct(col(Membership.organisation_id))))
        .join(Organisation, col(Organisation.id) == Membership.organisation_id)
        .where(running(Membership), Organisation.active)
        .group_by(col(Membership.region))
    )
    return dict((await session.exec(query)).all())


async def people(session: AsyncSession, q: str, page: int, per_page: int) -> tuple[int, list[Person]]:
    """Return how many people match, and one page of them by name."""
    pattern = f"%{_escaped(q.lower())}%"
    found = sa.or_(sa.func.lower(Person.name).like(pattern, escape="\\"), col(Person.email).like(pattern, escape="\\"))
    conditions = [found] if q else []
    total = (await session.exec(select(sa.func.count()).select_from(Person).where(*conditions))).one()
    query = select(Person).where(*conditions).order_by(sa.func.lower(Person.name), col(Person.id))
    return total, list((await session.exec(query.offset(offset(page, per_page)).limit(per_page))).all())


def running(table: type[Membership] | type[PersonGrant]) -> sa.ColumnElement[bool]:
    """Return the condition that a dated row holds today."""
    today = now().date()
    return sa.and_(col(table.since) <= today, sa.or_(col(table.until).is_(None), col(table.until) > today))


def _conditions(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [col(Organisation.active).is_(True)]
    if wanted.q:
        pattern = f"%{_escaped(wanted.q.lower())}%"
        digits = "".join(wanted.q.split())
        conditions.append(
            sa.or_(sa.func.lower(Organisation.name).like(pattern, escape="\\"), col(Organisation.org_number) == digits)
        )
    if wanted.region:
        members = select(Membership.organisation_id).where(Membership.region == wanted.region, running(Membership))
        conditions.append(col(Organisation.id).in_(members))
    if wanted.sector:
        conditions.append(col(Organisation.sector) == wanted.sector)
    return conditions


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
