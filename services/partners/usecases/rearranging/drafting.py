"""Preparing a rearrangement of regions: nothing of the registry changes before it is executed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import Stale, UnknownRegion
from services.partners.models import Assignment, MovedKind, Rearrangement, RearrangementKind, Region
from services.partners.queries.rearrangements import assignments, open_ones
from services.partners.queries.rearrangements import rearrangement as rearrangement_of
from services.partners.queries.regions import every_region
from services.partners.region_errors import (
    NoTargets,
    NotReady,
    OneTarget,
    RegionBusy,
    RegionClosed,
    WrongOrder,
    WrongShape,
    WrongTarget,
)
from services.partners.schemas.rearrangements import Definition, KnownRegion, NewRegion
from services.partners.usecases.rearranging.planning import planned
from services.partners.usecases.regions import unused
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import about, require
from shared.errors import NotFound


async def start(
    session: AsyncSession, actor: Actor | None, kind: RearrangementKind, sources: Sequence[str]
) -> Rearrangement:
    """Begin to prepare; raises Forbidden, UnknownRegion, RegionClosed, RegionBusy, WrongShape."""
    known = _allowed(actor)
    regions = {region.slug: region for region in await every_region(session)}
    wanted = list(dict.fromkeys(sources))
    if not wanted or (kind != "merge" and len(wanted) != 1):
        raise WrongShape(field="sources")
    taken = {slug for other in await open_ones(session) for slug in (*other.sources, *other.opened)}
    for slug in wanted:
        _holding(regions, slug, "sources")
        if slug in taken:
            raise RegionBusy(field="sources", region=regions[slug].name_nb)
    made = Rearrangement(kind=kind, sources=wanted, author_id=known.person_id)
    session.add(made)
    await session.flush()
    audit.note(session, actor, "rearrangement.started", subject(made), {}, _told(made))
    return made


async def define(
    session: AsyncSession,
    actor: Actor | None,
    rearrangement_id: UUID,
    given: Definition,
    version: int | None = None,
) -> Rearrangement:
    """Say which regions take over. One that was scheduled is a draft again.

    Raises NotFound, Forbidden, Stale, AlreadyExecuted, GivenUp, WrongShape, UnknownRegion, RegionClosed, RegionBusy, SlugTaken, TileTaken.
    """
    found = await _changing(session, actor, rearrangement_id, version)
    before = _told(found)
    if not _fitting(found, given):
        raise WrongShape(field="targets")
    regions = {region.slug: region for region in await every_region(session)}
    busy = {
        slug for other in await open_ones(session) if other.id != found.id for slug in (*other.sources, *other.opened)
    }
    for target in given.targets:
        keeps_slug = found.kind == "rename" and [target.slug] == found.sources
        if isinstance(target, NewRegion):
            await unused(session, target, slug=None if keeps_slug else target.slug, leaving=found.sources)
        else:
            _holding(regions, target.slug, "targets")
        if target.slug in busy:
            raise RegionBusy(field="targets", region=target.slug)
    found.define({"targets": [target.kept() for target in given.targets], "guests_until": given.guests_until})
    session.add(found)
    audit.note(session, actor, "rearrangement.defined", subject(found), before, _told(found))
    await session.flush()
    return found


async def assign(
    session: AsyncSession,
    actor: Actor | None,
    rearrangement_id: UUID,
    kind: MovedKind,
    decisions: Mapping[UUID, Sequence[str] | None],
) -> int:
    """Decide where things go: to which regions, to none, or (None) back to what the rules say. Returns how many were changed.

    Raises NotFound, Forbidden, AlreadyExecuted, GivenUp, WrongTarget, OneTarget.
    """
    found = await _changing(session, actor, rearrangement_id, None)
    if not found.is_open:
        found.define({})
    lines = {line.id: line for line in (await planned(session, found)).of(kind) if not line.follows}
    kept = await assignments(session, found.id)
    changed: dict[str, list[Any]] = {}
    for subject_id, targets in decisions.items():
        if subject_id not in lines:
            raise NotFound
        _fits(found, kind, targets)
        row = kept.get((kind, subject_id))
        if targets is None:
            if row is not None:
                await session.delete(row)
        else:
            row = row or Assignment(
                rearrangement_id=found.id, kind=kind, subject_id=subject_id, source=lines[subject_id].sources[0]
            )
            row.targets, row.by_hand = sorted(set(targets), key=found.opened.index), True
            session.add(row)
        changed[str(subject_id)] = [lines[subject_id].targets, targets]
    found.touched()
    session.add(found)
    earlier = {name: pair[0] for name, pair in changed.items()}
    later = {name: pair[1] for name, pair in changed.items()}
    audit.note(session, actor, f"rearrangement.assigned-{kind}", subject(found), earlier, later)
    await session.flush()
    return len(changed)


async def schedule(
    session: AsyncSession, actor: Actor | None, rearrangement_id: UUID, day: date, version: int | None = None
) -> Rearrangement:
    """Have it executed on a day, or today.

    Raises NotFound, Forbidden, Stale, AlreadyExecuted, GivenUp, DayPassed, WrongOrder, NoTargets, WrongShape, NotReady.
    """
    found = await _changing(session, actor, rearrangement_id, version)
    before = _told(found)
    if not found.targets:
        raise NoTargets
    if not _complete(found):
        raise WrongShape
    if found.guests_until is not None and found.guests_until <= day:
        raise WrongOrder(field="effective")
    found.schedule(day)
    if undecided := (await planned(session, found)).undecided:
        raise NotReady(count=len(undecided))
    session.add(found)
    audit.note(session, actor, "rearrangement.scheduled", subject(found), before, _told(found))
    await session.flush()
    return found


async def abandon(session: AsyncSession, actor: Actor | None, rearrangement_id: UUID) -> Rearrangement:
    """Give it up; raises NotFound, Forbidden, AlreadyExecuted, GivenUp."""
    found = await _changing(session, actor, rearrangement_id, None)
    before = _told(found)
    found.abandon()
    session.add(found)
    audit.note(session, actor, "rearrangement.abandoned", subject(found), before, _told(found))
    await session.flush()
    return found


def subject(found: Rearrangement) -> audit.Subject:
    """Return what the audit calls it: it concerns the regions of before and after."""
    return audit.Subject("rearrangement", found.id, [*found.sources, *found.opened])


def _told(found: Rearrangement) -> dict[str, Any]:
    return audit.snapshot(found, leave_out=("said", "author_id"))


def _allowed(actor: Actor | None) -> Actor:
    return require(actor, "region.rearrange", about(national=True))


async def _changing(
    session: AsyncSession, actor: Actor | None, rearrangement_id: UUID, version: int | None
) -> Rearrangement:
    _allowed(actor)
    found = await rearrangement_of(session, rearrangement_id, to_change=True)
    if version is not None and version != found.version:
        raise Stale
    return found


def _holding(regions: Mapping[str, Region], slug: str, field: str) -> None:
    if slug not in regions:
        raise UnknownRegion(field=field, region=slug)
    if not regions[slug].holds():
        raise RegionClosed(field=field, region=regions[slug].name_nb)


def _fitting(found: Rearrangement, given: Definition) -> bool:
    """Whether these regions may be among those that take over; :func:`_complete` says whether they are all."""
    apart = not {target.slug for target in given.targets} & set(found.sources)
    if found.kind == "split":
        return apart
    if found.kind == "merge":
        return len(given.targets) <= 1 and apart
    return len(given.targets) <= 1 and not any(isinstance(target, KnownRegion) for target in given.targets)


def _complete(found: Rearrangement) -> bool:
    if found.kind == "split":
        return len(found.targets) >= 2
    return len(found.targets) == 1 and (
        found.kind == "rename" or found.targets[0]["existing"] or len(found.sources) >= 2
    )


def _fits(found: Rearrangement, kind: MovedKind, targets: Sequence[str] | None) -> None:
    if targets is None:
        return
    if not set(targets) <= set(found.opened):
        raise WrongTarget(field="targets", regions=", ".join(found.opened))
    if kind == "case" and len(targets) != 1:
        raise OneTarget(field="targets")
    if kind == "webinar" and not targets:
        raise WrongTarget(field="targets", regions=", ".join(found.opened))
