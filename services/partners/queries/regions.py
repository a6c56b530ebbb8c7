"""Questions about regions."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Membership, Organisation, Person, PersonGrant, Region
from services.partners.queries.dated import running
from shared.contracts.vocabulary import Language
from shared.errors import NotFound
from shared.web.i18n import letter_key


async def every_region(session: AsyncSession) -> list[Region]:
    """Return every region there is, was or will be, by its bokmål name in Norwegian order."""
    return sorted((await session.exec(select(Region))).all(), key=lambda region: letter_key(region.name_nb))


async def all_regions(session: AsyncSession) -> list[Region]:
    """Return the regions of today, by their bokmål names in Norwegian order: what people may choose among."""
    return [region for region in await every_region(session) if region.holds()]


async def region_names(session: AsyncSession, language: Language) -> dict[str, str]:
    """Return the name of every region of today by its slug, in the order of :func:`all_regions`."""
    return {region.slug: region.name(language) for region in await all_regions(session)}


async def every_region_name(session: AsyncSession, language: Language) -> dict[str, str]:
    """Return the name of every region there is, was or will be by its slug, for what tells of the past."""
    return {region.slug: region.name(language) for region in await every_region(session)}


async def region(session: AsyncSession, slug: str, *, to_change: bool = False) -> Region:
    """Return a region, whether it holds today or not, locked where it is to be changed; raises NotFound."""
    query = select(Region).where(Region.slug == slug)
    found = (await session.exec(query.with_for_update() if to_change else query)).one_or_none()
    if found is None:
        raise NotFound
    return found


async def heirs(session: AsyncSession, slugs: Iterable[str]) -> list[str]:
    """Return `slugs` with those of regions that ended replaced by what came after them, for old addresses."""
    known = {one.slug: one for one in await every_region(session)}
    return heirs_of(known, slugs)


def heirs_of(known: dict[str, Region], slugs: Iterable[str]) -> list[str]:
    """Return `slugs`, each with what came after it in its place; a region that ended without successors stays."""
    found: dict[str, None] = {}
    for slug in slugs:
        one = known.get(slug)
        ended = one is not None and one.successors and not one.holds()
        found |= dict.fromkeys(heirs_of(known, one.successors) if ended and one else [slug])
    return list(found)


async def leaders(session: AsyncSession, slugs: Sequence[str]) -> dict[str, list[Person]]:
    """Return the active people who lead each region today, by name."""
    query = (
        select(PersonGrant.region, Person)
        .join(Person, col(Person.id) == PersonGrant.person_id)
        .where(
            PersonGrant.role == "region_lead", col(PersonGrant.region).in_(slugs), running(PersonGrant), Person.active
        )
        .order_by(col(Person.name_order), col(Person.id))
    )
    found: dict[str, list[Person]] = {slug: [] for slug in slugs}
    for slug, person in (await session.exec(query)).all():
        if slug is not None and person not in found[slug]:
            found[slug].append(person)
    return found


async def partner_counts(session: AsyncSession) -> dict[str, tuple[int, int]]:
    """Return how many active organisations are members and how many are guests in each region today."""
    query = (
        select(Membership.region, Membership.kind, sa.func.count(sa.distinct(col(Membership.organisation_id))))
        .join(Organisation, col(Organisation.id) == Membership.organisation_id)
        .where(running(Membership), col(Organisation.active).is_(True))
        .group_by(col(Membership.region), col(Membership.kind))
    )
    found: dict[str, tuple[int, int]] = {}
    for slug, kind, count in (await session.exec(query)).all():
        members, guests = found.get(slug, (0, 0))
        found[slug] = (members, guests + count) if kind == "guest" else (members + count, guests)
    return found


async def count_then(session: AsyncSession, slug: str) -> int:
    """Return how many organisations were members of a region in all its time, also under this name in the past."""
    query = (
        select(sa.func.count(sa.distinct(col(Membership.organisation_id))))
        .join(Organisation, col(Organisation.id) == Membership.organisation_id)
        .where(
            Membership.region == slug, Membership.kind == "member", _began(), col(Organisation.merged_into).is_(None)
        )
    )
    return (await session.exec(query)).one()


async def memberships(session: AsyncSession, organisation_id: UUID) -> list[Membership]:
    """Return all memberships of an organisation, past and to come too, the newest first; one that never began was none."""
    query = select(Membership).where(Membership.organisation_id == organisation_id, _began())
    newest = query.order_by(col(Membership.since).desc(), col(Membership.region), col(Membership.id))
    return list((await session.exec(newest)).all())


async def memberships_in(session: AsyncSession, slug: str) -> Sequence[tuple[Membership, Organisation]]:
    """Return all memberships of a region, past and to come too, by the organisations' names and then the newest first."""
    query = (
        select(Membership, Organisation)
        .join(Organisation, col(Organisation.id) == Membership.organisation_id)
        .where(Membership.region == slug, col(Organisation.merged_into).is_(None))
        .where(_began())
    )
    order = (col(Organisation.name_order), col(Organisation.id), col(Membership.since).desc(), col(Membership.id))
    return (await session.exec(query.order_by(*order))).all()


def _began() -> sa.ColumnElement[bool]:
    return sa.or_(col(Membership.until).is_(None), col(Membership.until) != col(Membership.since))
