"""Partnerships from a day and to a day: begun and ended one by one, and told of when the calendar begins or ends them."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import KeptDay, Membership, Organisation, Person, PersonGrant
from services.partners.models.organisations import RECORDED
from services.partners.queries import organisation as organisation_of
from services.partners.queries import region as region_of
from services.partners.queries import regions_of, running
from services.partners.queries.regions import memberships
from services.partners.region_errors import (
    AlreadyMember,
    GuestNeedsEnd,
    MembershipOver,
    OutsideRegion,
    WrongOrder,
)
from services.partners.schemas.regions import MembershipIn
from services.partners.usecases.regions import known_slugs
from services.partners.usecases.statements import restate_people_of, state_organisations, state_people
from services.partners.visibility import hidden
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import about, require
from shared.clock import now, today_in_norway
from shared.errors import NotFound

MOST_DAYS = 400


async def begin(session: AsyncSession, actor: Actor | None, organisation_id: UUID, given: MembershipIn) -> Membership:
    """Begin a partnership, also of an organisation that is known from another region, unless it is a mere prospect there.

    Raises NotFound, Forbidden, UnknownRegion, WrongOrder, GuestNeedsEnd, OutsideRegion, AlreadyMember.
    """
    found = await organisation_of(session, organisation_id, to_change=True)
    require(actor, "organisation.create", about(given.region))
    if hidden(actor, found, (await regions_of(session, [found.id]))[found.id]):
        raise NotFound
    await known_slugs(session, [given.region], "region")
    if given.kind == "guest" and given.until is None:
        raise GuestNeedsEnd(field="until")
    if given.until is not None and given.until <= given.since:
        raise WrongOrder(field="until")
    region = await region_of(session, given.region)
    if not region.holds(given.since):
        raise OutsideRegion(field="since", region=region.name_nb)
    for other in await memberships(session, found.id):
        overlaps = (other.until or date.max) > given.since and (given.until or date.max) > other.since
        if other.region == given.region and other.until != other.since and overlaps:
            raise AlreadyMember(field="region")
    made = Membership(organisation_id=found.id, **given.model_dump())
    session.add(made)
    await session.flush()
    audit.note(session, actor, "membership.begun", _subject(found, made), {}, _told(made))
    await _retell(session, found)
    return made


async def end(
    session: AsyncSession, actor: Actor | None, organisation_id: UUID, membership_id: UUID, until: date
) -> Membership:
    """End a partnership on a day, also one to come; raises NotFound, Forbidden, MembershipOver, WrongOrder."""
    found = await organisation_of(session, organisation_id, to_change=True)
    made = await session.get(Membership, membership_id, with_for_update=True)
    if made is None or made.organisation_id != found.id:
        raise NotFound
    require(actor, "organisation.create", about(made.region))
    if made.until is not None and made.until <= today_in_norway():
        raise MembershipOver
    if until < made.since:
        raise WrongOrder(field="until")
    before = _told(made)
    made.until = until
    session.add(made)
    await session.flush()
    audit.note(session, actor, "membership.ended", _subject(found, made), before, _told(made))
    await _retell(session, found)
    return made


async def keep_calendar(session: AsyncSession) -> int:
    """Tell of everything that began or ended by the calendar since it was last told; returns how many days that were.

    Whichever process notes a day first tells of it, in the same transaction.
    """
    today = today_in_norway()
    newest = (await session.exec(select(sa.func.max(KeptDay.day)))).one()
    first = today if newest is None else max(newest + timedelta(days=1), today - timedelta(days=MOST_DAYS))
    kept = [day for day in _days(first, today) if await _noted(session, day)]
    if kept:
        await _tell_of(session, kept)
    return len(kept)


def _days(first: date, last: date) -> Sequence[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


async def _noted(session: AsyncSession, day: date) -> bool:
    connection = await session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = insert(KeptDay).values(day=day, kept_at=now()).on_conflict_do_nothing()
    return bool((await connection.execute(row)).rowcount)


async def _tell_of(session: AsyncSession, days: Collection[date]) -> None:
    changed = select(Membership.organisation_id).where(_turned(Membership, days))
    query = select(Organisation).where(col(Organisation.id).in_(changed)).order_by(col(Organisation.id))
    found = (await session.exec(query.with_for_update(), execution_options={"populate_existing": True})).all()
    for organisation in found:
        organisation.changed()
    ids = [organisation.id for organisation in found]
    acting = select(PersonGrant.person_id).where(col(PersonGrant.organisation_id).in_(ids), running(PersonGrant))
    turned = select(PersonGrant.person_id).where(_turned(PersonGrant, days))
    who = select(Person).where(col(Person.id).in_(acting.union(turned))).order_by(col(Person.id))
    people = (await session.exec(who.with_for_update(), execution_options={"populate_existing": True})).all()
    for person in people:
        person.changed()
    await session.flush()
    await state_organisations(session, found)
    await state_people(session, people)


def _turned(table: type[Membership] | type[PersonGrant], days: Collection[date]) -> sa.ColumnElement[bool]:
    begun_or_ended = sa.or_(col(table.since).in_(days), col(table.until).in_(days))
    return sa.and_(begun_or_ended, sa.or_(col(table.until).is_(None), col(table.until) != col(table.since)))


async def _retell(session: AsyncSession, found: Organisation) -> None:
    found.changed()
    session.add(found)
    await restate_people_of(session, [found.id])
    await state_organisations(session, [found])


def _told(membership: Membership) -> dict[str, Any]:
    return audit.snapshot(membership, leave_out=RECORDED)


def _subject(organisation: Organisation, membership: Membership) -> audit.Subject:
    return audit.Subject("organisation", organisation.id, [membership.region])
