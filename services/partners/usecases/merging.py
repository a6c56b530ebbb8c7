"""Merging two organisations that turned out to be one: everything is carried over, in one transaction."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import SameOrganisation, Stale
from services.partners.models import Alias, Distinct, Organisation, RegisterFinding, Status
from services.partners.queries import regions_of
from services.partners.queries.holding import keep_regions
from services.partners.register.verdicts import same_name
from services.partners.usecases.carrying import CARRIED as OWN
from services.partners.usecases.carrying_obligations import OBLIGATIONS
from services.partners.usecases.organisations import remember_name
from services.partners.usecases.statements import restate_people_of, state_organisations
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import about, require

CARRIED = (*OWN, *OBLIGATIONS)
FILLED = (
    *("municipality", "municipality_number", "website", "legal_form", "nace_code", "nace_text", "employees"),
    *("description", "language", "verified_on"),
)
BEST: tuple[Status, ...] = ("active", "paused", "shadow", "prospect", "left")


async def preview(session: AsyncSession, loser_id: UUID) -> list[tuple[str, int]]:
    """Return what would be carried over, by its name (an interface string), with how much of it there is."""
    return [(carry.label, await carry.count(session, loser_id)) for carry in CARRIED]


async def merge(
    session: AsyncSession, actor: Actor | None, survivor_id: UUID, loser_id: UUID, versions: Mapping[UUID, int]
) -> Organisation:
    """Have `survivor_id` take the place of `loser_id`; `versions` are those that were looked at.

    Whoever acts for the one acts for the other, what was its own is the other's, and its address leads there. Raises Forbidden,
    SameOrganisation and Stale.
    """
    survivor, loser = await _both(session, survivor_id, loser_id)
    regions = await regions_of(session, [survivor.id, loser.id])
    every = sorted({*regions[survivor.id], *regions[loser.id]})
    require(actor, "organisation.merge", about(*every, national=not every))
    if any(one.version != versions.get(one.id) for one in (survivor, loser)):
        raise Stale
    was, lost = _seen(survivor, regions), _seen(loser, regions)
    taken = await _take_over(session, survivor, loser)
    for carry in CARRIED:
        await carry.move(session, loser.id, survivor.id)
    if not same_name(survivor.name, loser.name):
        await remember_name(session, survivor.id, loser.name)
    survivor.become(taken)
    await session.flush()
    await state_organisations(session, [loser, survivor])
    await restate_people_of(session, [survivor.id])
    now_in = await regions_of(session, [survivor.id, loser.id])
    for one, before in ((survivor, was), (loser, lost)):
        what = audit.Subject("organisation", one.id, every)
        audit.note(session, actor, "organisation.merged", what, before, _seen(one, now_in))
    return survivor


async def part(session: AsyncSession, actor: Actor | None, first_id: UUID, second_id: UUID) -> None:
    """Remember that two organisations are two; staff of either may say so. Raises Forbidden and SameOrganisation."""
    first, second = await _both(session, first_id, second_id)
    regions = await regions_of(session, [first.id, second.id])
    every = sorted({*regions[first.id], *regions[second.id]})
    signed_in = require(actor, "claim.decide", about(*every))
    ids = sorted((first.id, second.id))
    if await session.get(Distinct, (ids[0], ids[1])) is None:
        session.add(Distinct(first_id=ids[0], second_id=ids[1], decided_by=signed_in.person_id))
        await session.flush()
        what = audit.Subject("organisation", first.id, every)
        audit.note(session, actor, "organisation.parted", what, None, {"from": second.id})


async def _both(session: AsyncSession, first_id: UUID, second_id: UUID) -> tuple[Organisation, Organisation]:
    """Return two organisations, locked in the order of their ids so that two merges at once do not wait for each other."""
    if first_id == second_id:
        raise SameOrganisation
    found = {}
    await keep_regions(session)
    for one in sorted((first_id, second_id)):
        row = await session.get(Organisation, one, with_for_update=True, populate_existing=True)
        if row is None or row.merged_into is not None:
            raise SameOrganisation
        found[one] = row
    return found[first_id], found[second_id]


async def _take_over(session: AsyncSession, survivor: Organisation, loser: Organisation) -> dict[str, Any]:
    """Let `loser` go, and return what `survivor` becomes. What must be unique is let go first."""
    taken = filled(survivor, loser)
    number = loser.org_number if survivor.org_number is None else None
    if number:
        taken["org_number"] = number
        loser.org_number = None
    else:
        taken.pop("verified_on", None)
    external_id, loser.external_id = loser.external_id, None
    loser.merge_into(survivor)
    await session.flush()
    if external_id and survivor.external_id is None:
        taken["external_id"] = external_id
    elif external_id:
        session.add(Alias(external_id=external_id, organisation_id=survivor.id))
    findings = sa.update(RegisterFinding).where(
        col(RegisterFinding.organisation_id) == loser.id, col(RegisterFinding.state) == "open"
    )
    await session.exec(findings.values({"state": "gone"}))
    apart = sa.or_(col(Distinct.first_id) == loser.id, col(Distinct.second_id) == loser.id)
    await session.exec(sa.delete(Distinct).where(apart))
    return taken


def filled(survivor: Organisation, loser: Organisation) -> dict[str, Any]:
    """Return what `survivor` takes over from `loser`: what it lacks, the topics of both, the better status."""
    values = {
        name: getattr(loser, name)
        for name in FILLED
        if getattr(survivor, name) in (None, "") and getattr(loser, name) not in (None, "")
    }
    topics = {name: [*dict.fromkeys([*getattr(survivor, name), *getattr(loser, name)])] for name in ("offers", "needs")}
    return {**values, **topics, "status": min(survivor.status, loser.status, key=BEST.index)}


def _seen(one: Organisation, regions: Mapping[UUID, list[str]]) -> dict[str, Any]:
    return {**audit.snapshot(one), "regions": regions[one.id]}
