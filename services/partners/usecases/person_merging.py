"""Merging two records that turned out to be one person: everything is carried over, in one transaction."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import Stale
from services.partners.models import Person, PersonAlias, PersonDistinct
from services.partners.people_errors import BeingErased, NotMergeable
from services.partners.queries import person_in_reach, regions_answering
from services.partners.queries.holding import keep_regions
from services.partners.queries.privacy import open_erasure
from services.partners.usecases.people import editable, snapshot
from services.partners.usecases.person_carrying import CARRIED, CarryPerson
from services.partners.usecases.statements import state_people
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import about, require
from shared.errors import Forbidden, NotFound

FILLED = ("title", "phone", "region")


async def preview(session: AsyncSession, loser_id: UUID) -> list[tuple[CarryPerson, int]]:
    """Return what would be carried over or come to its end, with how much of it there is."""
    return [(carry, await carry.count(session, loser_id)) for carry in CARRIED]


async def may_merge(session: AsyncSession, actor: Actor | None, first: Person, second: Person) -> list[str]:
    """Return the regions of two people `actor` may merge; raises SignInNeeded and Forbidden.

    Whoever holds the one record's way in holds the other's roles afterwards: both must be people `actor` could have appointed.
    """
    regions = await regions_answering(session, [first, second])
    every = sorted({*regions[first.id], *regions[second.id]})
    require(actor, "person.merge", about(*every, national=not every))
    if len(await editable(session, actor, [first, second])) != 2:
        raise Forbidden
    return every


async def merge(
    session: AsyncSession, actor: Actor | None, survivor_id: UUID, loser_id: UUID, versions: Mapping[UUID, int]
) -> Person:
    """Have `survivor_id` take the place of `loser_id`; `versions` are those that were looked at.

    The one that stays keeps who they are, and gets what they lack, the roles and the ways in of the other, of whom nothing is left
    but the id and that it led here. Raises NotMergeable, Forbidden, Stale and BeingErased.
    """
    survivor, loser = await _both(session, actor, survivor_id, loser_id)
    regions = await may_merge(session, actor, survivor, loser)
    signed_in = require(actor, "work.view")
    if any(one.version != versions.get(one.id) for one in (survivor, loser)):
        raise Stale
    if await open_erasure(session, survivor.id) or await open_erasure(session, loser.id):
        raise BeingErased
    was, lost = snapshot(survivor), snapshot(loser)
    taken = _filled(survivor, loser)
    for carry in CARRIED:
        await carry.move(session, signed_in, loser.id, survivor.id)
    external_id = loser.external_id
    loser.vanish_into(survivor.id)
    session.add(loser)
    await session.flush()
    if external_id and survivor.external_id is None:
        taken["external_id"] = external_id
    elif external_id:
        session.add(PersonAlias(external_id=external_id, person_id=survivor.id))
    survivor.become(taken)
    apart = sa.or_(col(PersonDistinct.first_id) == loser.id, col(PersonDistinct.second_id) == loser.id)
    await session.exec(sa.delete(PersonDistinct).where(apart))
    await session.flush()
    for one, before in ((survivor, was), (loser, lost)):
        what = audit.Subject("person", one.id, regions)
        audit.note(session, actor, "person.merged", what, before, snapshot(one))
    await state_people(session, [loser, survivor])
    return survivor


async def part(session: AsyncSession, actor: Actor | None, first_id: UUID, second_id: UUID) -> None:
    """Remember that two people are two; raises NotMergeable and Forbidden."""
    first, second = await _both(session, actor, first_id, second_id)
    regions = await may_merge(session, actor, first, second)
    lesser, greater = sorted((first.id, second.id))
    if await session.get(PersonDistinct, (lesser, greater)) is None:
        session.add(PersonDistinct(first_id=lesser, second_id=greater))
        await session.flush()
        what = audit.Subject("person", first.id, regions)
        audit.note(session, actor, "person.parted", what, None, {"from": second.id})


async def _both(session: AsyncSession, actor: Actor | None, first_id: UUID, second_id: UUID) -> tuple[Person, Person]:
    """Return two people, locked in the order of their ids so that two merges at once do not wait for each other."""
    require(actor, "work.view")
    if first_id == second_id:
        raise NotMergeable
    found = {}
    await keep_regions(session)
    for one in sorted((first_id, second_id)):
        try:
            await person_in_reach(session, actor, one)
        except NotFound as gone:
            raise NotMergeable from gone
        row = await session.get(Person, one, with_for_update=True, populate_existing=True)
        if row is None or row.merged_into is not None:
            raise NotMergeable
        found[one] = row
    return found[first_id], found[second_id]


def _filled(survivor: Person, loser: Person) -> dict[str, Any]:
    values = {name: getattr(loser, name) for name in FILLED if not getattr(survivor, name) and getattr(loser, name)}
    topics = [*survivor.focus_areas, *(one for one in loser.focus_areas if one not in survivor.focus_areas)]
    if topics != survivor.focus_areas:
        values["focus_areas"] = topics
    if loser.last_active_at is not None and (
        survivor.last_active_at is None or survivor.last_active_at < loser.last_active_at
    ):
        values["last_active_at"] = loser.last_active_at
    return values
