"""Questions about segments, and whom a rule names: its conditions are composed, never written as text."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Certification, ClimateAccount, Organisation, Person, PersonGrant
from services.partners.models.segments import Rule, Segment
from services.partners.queries.dated import running
from services.partners.queries.reach import has_function, members, people_in_reach
from services.partners.queries.regions import heirs
from shared.auth.actor import Actor
from shared.auth.policy import Target, about, can
from shared.clock import today_in_norway
from shared.errors import NotFound

SAMPLE = 10


async def segment(session: AsyncSession, segment_id: UUID, *, to_change: bool = False) -> Segment:
    """Return a segment that was not given up, locked where it is to be changed; raises NotFound."""
    query = select(Segment).where(Segment.id == segment_id, col(Segment.given_up_at).is_(None))
    locked = query.with_for_update() if to_change else query
    found = (await session.exec(locked, execution_options={"populate_existing": True})).one_or_none()
    if found is None:
        raise NotFound
    return found


async def segments(session: AsyncSession, actor: Actor | None) -> list[Segment]:
    """Return the segments `actor` may use, by name."""
    query = (
        select(Segment).where(col(Segment.given_up_at).is_(None)).order_by(sa.func.lower(Segment.name), col(Segment.id))
    )
    found = (await session.exec(query)).all()
    return [one for one in found if can(actor, "segment.manage", await reach_of(session, one.rule))]


async def segments_naming(session: AsyncSession, regions: Collection[str]) -> list[Segment]:
    """Return the segments whose rule names any of `regions`, by name."""
    query = (
        select(Segment).where(col(Segment.given_up_at).is_(None)).order_by(sa.func.lower(Segment.name), col(Segment.id))
    )
    return [one for one in (await session.exec(query)).all() if not set(regions).isdisjoint(one.rule.regions)]


async def reach_of(session: AsyncSession, rule: Rule) -> Target:
    """Return what the table of rights asks about a rule: it reaches into its regions, or, without any, everywhere.

    For a region that ended those that came after it are asked.
    """
    return about(*await heirs(session, rule.regions), national=not rule.regions)


async def segment_ids(session: AsyncSession) -> list[UUID]:
    """Return all segments there are."""
    return list((await session.exec(select(Segment.id).where(col(Segment.given_up_at).is_(None)))).all())


async def person_ids(session: AsyncSession, rule: Rule) -> list[UUID]:
    """Return everybody a rule names, by id."""
    query = select(Person.id).where(*await _named(session, rule)).order_by(col(Person.id))
    return list((await session.exec(query)).all())


async def count_and_sample(session: AsyncSession, actor: Actor | None, rule: Rule) -> tuple[int, Sequence[Person]]:
    """Return how many people a rule names, and the first of those `actor` may see, by name."""
    conditions = await _named(session, rule)
    count = (await session.exec(select(sa.func.count()).select_from(Person).where(*conditions))).one()
    query = select(Person).where(*conditions, people_in_reach(actor))
    first = query.order_by(col(Person.name_order), col(Person.id)).limit(SAMPLE)
    return count, (await session.exec(first)).all()


async def member_ids(session: AsyncSession, actor: Actor | None, rule: Rule) -> list[UUID]:
    """Return everybody a rule names whom `actor` may see, by id, in the order of their names."""
    query = select(Person.id).where(*await _named(session, rule), people_in_reach(actor))
    return list((await session.exec(query.order_by(col(Person.name_order), col(Person.id)))).all())


async def _named(session: AsyncSession, rule: Rule) -> list[sa.ColumnElement[bool]]:
    regions = await heirs(session, rule.regions)
    conditions: list[sa.ColumnElement[bool]] = [col(Person.active).is_(True), col(Person.merged_into).is_(None)]
    if rule.languages:
        conditions.append(col(Person.language).in_(rule.languages))
    if rule.focus_areas:
        conditions.append(_any_in(Person.focus_areas, rule.focus_areas))
    of_role = [*_of_role(rule), *_of_organisation(rule)]
    if of_role:
        place = [_place(regions)] if regions else []
        held = sa.exists().where(col(PersonGrant.person_id) == col(Person.id), running(PersonGrant), *of_role, *place)
        conditions.append(held)
    elif regions:
        through = sa.or_(col(PersonGrant.region).in_(regions), col(PersonGrant.organisation_id).in_(members(regions)))
        held = sa.exists().where(col(PersonGrant.person_id) == col(Person.id), running(PersonGrant), through)
        conditions.append(sa.or_(col(Person.region).in_(regions), held))
    return conditions


def _of_role(rule: Rule) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if rule.roles:
        conditions.append(col(PersonGrant.role).in_(rule.roles))
    if rule.functions:
        conditions.append(sa.or_(*(has_function(function) for function in rule.functions)))
    return conditions


def _of_organisation(rule: Rule) -> list[sa.ColumnElement[bool]]:
    of = col(PersonGrant.organisation_id)
    conditions: list[sa.ColumnElement[bool]] = []
    if rule.sectors:
        conditions.append(of.in_(_partners().where(col(Organisation.sector).in_(rule.sectors))))
    if rule.account is not None:
        delivered = sa.exists().where(
            col(ClimateAccount.organisation_id) == of,
            col(ClimateAccount.year) == rule.account_year,
            col(ClimateAccount.superseded_at).is_(None),
        )
        conditions += [of.in_(_partners()), delivered if rule.account == "delivered" else ~delivered]
    if rule.certificate is not None:
        today = today_in_norway()
        held = sa.exists().where(
            col(Certification.organisation_id) == of,
            col(Certification.removed_at).is_(None),
            col(Certification.valid_from) <= today,
            sa.or_(col(Certification.valid_to).is_(None), col(Certification.valid_to) >= today),
        )
        conditions += [of.in_(_partners()), held if rule.certificate == "held" else ~held]
    return conditions


def _partners() -> sa.Select[Any]:
    return sa.select(col(Organisation.id)).where(col(Organisation.active).is_(True))


def _place(regions: Collection[str]) -> sa.ColumnElement[bool]:
    placeless = sa.and_(col(PersonGrant.region).is_(None), col(PersonGrant.organisation_id).is_(None))
    return sa.or_(
        col(PersonGrant.region).in_(regions),
        col(PersonGrant.organisation_id).in_(members(regions)),
        sa.and_(placeless, col(Person.region).in_(regions)),
    )


def _any_in(column: Any, codes: Collection[str]) -> sa.ColumnElement[bool]:
    text = sa.cast(col(column), sa.Text)
    return sa.or_(*(text.contains(f'"{code}"', autoescape=True) for code in codes))
