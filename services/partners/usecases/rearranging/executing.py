"""Executing a rearrangement: all of it in one transaction, once, whoever else tries at the same time."""

import logging
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Assignment, Rearrangement, Region
from services.partners.queries.rearrangements import REGIONS
from services.partners.queries.rearrangements import rearrangement as rearrangement_of
from services.partners.region_errors import NotReady, RegionClosed
from services.partners.schemas.rearrangements import NewRegion
from services.partners.usecases.rearranging.drafting import subject
from services.partners.usecases.rearranging.moving import move_cases, move_organisations, move_people, move_webinars
from services.partners.usecases.rearranging.planning import KINDS, Plan, planned
from services.partners.usecases.regions import unused, values
from services.partners.usecases.statements import state_organisations, state_people, state_regions
from shared import audit
from shared.auth.actor import Actor
from shared.clock import now, today_in_norway
from shared.contracts.partners import Followed, Moved, RegionsRearranged
from shared.db.locks import hold
from shared.db.session import Database
from shared.errors import Refusal
from shared.outbox import record

log = logging.getLogger(__name__)


def today() -> date:
    """Return the day on which what happens at once happens."""
    return today_in_norway()


async def execute(session: AsyncSession, actor: Actor | None, rearrangement_id: UUID) -> bool:
    """Carry out what is scheduled for today or before; False where it is not, or somebody else has.

    Raises NotReady, RegionClosed, SlugTaken, TileTaken: then nothing of it is to be kept.
    """
    if not await _claimed(session, rearrangement_id):
        return False
    await hold(session, REGIONS)
    query = select(Rearrangement).where(Rearrangement.id == rearrangement_id)
    found = (await session.exec(query, execution_options={"populate_existing": True})).one()
    day = found.effective or today_in_norway()
    regions = await _held(session, found)
    plan = await planned(session, found)
    if plan.undecided:
        raise NotReady(count=len(plan.undecided))
    changed = await _arrange(session, actor, found, plan, regions, day)
    organisations = await move_organisations(session, actor, plan, day)
    people = await move_people(session, actor, plan, day)
    said = _said(found, plan, day)
    await move_cases(session, plan)
    await move_webinars(session, plan, said)
    await _keep(session, found, plan, said)
    audit.note(session, actor, "rearrangement.executed", subject(found), {"regions": found.sources}, _sums(plan))
    await session.flush()
    await state_regions(session, changed)
    await state_organisations(session, organisations)
    await state_people(session, people)
    await record(session, said)
    return True


async def execute_due(database: Database) -> int:
    """Carry out whatever is due, each in a transaction of its own; one that cannot be says why. Returns how many were."""
    async with database.reading() as session:
        due = select(Rearrangement.id).where(
            Rearrangement.state == "scheduled", col(Rearrangement.effective) <= today_in_norway()
        )
        ids = (await session.exec(due.order_by(col(Rearrangement.effective), col(Rearrangement.id)))).all()
    done = 0
    for rearrangement_id in ids:
        try:
            async with database.writing() as session:
                done += await execute(session, None, rearrangement_id)
        except Refusal as refusal:
            log.warning("rearrangement %s is due and cannot be executed: %s", rearrangement_id, refusal)
            async with database.writing() as session:
                await _hindered(session, rearrangement_id, refusal)
    return done


async def _claimed(session: AsyncSession, rearrangement_id: UUID) -> bool:
    moment = now()
    mine = (
        sa.update(Rearrangement)
        .where(
            col(Rearrangement.id) == rearrangement_id,
            col(Rearrangement.state) == "scheduled",
            col(Rearrangement.effective) <= today_in_norway(moment),
        )
        .values(
            state="executed",
            executed_at=moment,
            updated_at=moment,
            version=col(Rearrangement.version) + 1,
            problem="",
            problem_values={},
        )
    )
    await session.flush()
    return bool((await (await session.connection()).execute(mine)).rowcount)


async def _hindered(session: AsyncSession, rearrangement_id: UUID, refusal: Refusal) -> None:
    found = await rearrangement_of(session, rearrangement_id, to_change=True)
    if found.hinder(refusal):
        session.add(found)
        audit.note(session, None, "rearrangement.hindered", subject(found), {"problem": ""}, {"problem": str(refusal)})


async def _held(session: AsyncSession, found: Rearrangement) -> dict[str, Region]:
    """Return the regions there are, those concerned locked, so that nobody enters one while it closes; raises RegionClosed."""
    concerned = [*found.sources, *found.opened]
    query = select(Region).where(col(Region.slug).in_(concerned)).order_by(col(Region.id)).with_for_update()
    rows = (await session.exec(query, execution_options={"populate_existing": True})).all()
    regions = {region.slug: region for region in rows}
    needed = [*found.sources, *(target["slug"] for target in found.targets if target["existing"])]
    for slug in needed:
        if slug not in regions or not regions[slug].holds():
            raise RegionClosed(region=regions[slug].name_nb if slug in regions else slug)
    return regions


async def _arrange(
    session: AsyncSession,
    actor: Actor | None,
    found: Rearrangement,
    plan: Plan,
    regions: dict[str, Region],
    day: date,
) -> list[Region]:
    """Open what is new, and close what ends; a region that keeps its slug takes its new names."""
    changed: list[Region] = []
    for target in found.targets:
        if target["existing"]:
            continue
        new = NewRegion.model_validate({name: value for name, value in target.items() if name != "existing"})
        kept = regions.get(new.slug) if found.sources == found.opened else None
        await unused(session, new, slug=None if kept else new.slug, leaving=found.sources)
        before = audit.snapshot(kept) if kept else {}
        if kept is None:
            predecessor = regions[found.sources[0]]
            host = predecessor.host if new.host is None else new.host
            kept = Region(slug=new.slug, **values(new), host=host, valid_from=day)
        else:
            kept.become({**values(new), "host": kept.host if new.host is None else new.host})
        session.add(kept)
        action = "region.renamed" if before else "region.created"
        audit.note(
            session, actor, action, audit.Subject("region", kept.id, _concerned(found)), before, audit.snapshot(kept)
        )
        changed.append(kept)
    if found.sources != found.opened:
        for slug in found.sources:
            before = audit.snapshot(regions[slug])
            regions[slug].close(day, plan.main)
            session.add(regions[slug])
            what = audit.Subject("region", regions[slug].id, _concerned(found))
            audit.note(session, actor, "region.closed", what, before, audit.snapshot(regions[slug]))
            changed.append(regions[slug])
    await session.flush()
    return changed


def _concerned(found: Rearrangement) -> list[str]:
    return [*found.sources, *found.opened]


def _said(found: Rearrangement, plan: Plan, day: date) -> RegionsRearranged:
    renamed = found.sources == found.opened
    return RegionsRearranged(
        version=1,
        operation_id=found.id,
        kind=found.kind,
        effective=day,
        closed=[] if renamed else found.sources,
        opened=plan.main,
        moved=[
            Moved(kind=line.kind, id=line.id, regions=list(line.targets))
            for line in plan.lines
            if line.kind in ("case", "webinar") and line.targets
        ],
        followed=[
            Followed(organisation_id=line.id, region=line.targets[0])
            for line in plan.of("organisation")
            if line.targets
        ],
    )


async def _keep(session: AsyncSession, found: Rearrangement, plan: Plan, said: RegionsRearranged) -> None:
    found.said = said.model_dump(mode="json")
    session.add(found)
    await session.exec(sa.delete(Assignment).where(col(Assignment.rearrangement_id) == found.id))
    session.add_all(
        Assignment(
            rearrangement_id=found.id,
            kind=line.kind,
            subject_id=line.id,
            source=line.sources[0],
            targets=list(line.targets or ()),
            by_hand=line.by_hand,
            sources=list(line.sources),
            follows=line.follows,
        )
        for line in plan.lines
    )


def _sums(plan: Plan) -> dict[str, Any]:
    return {"regions": plan.rearrangement.opened, **{kind: plan.counts(kind) for kind in KINDS}}
