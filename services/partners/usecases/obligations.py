"""Certificates, action plans, goals, lead projects and fees: entered, changed and taken away."""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import Stale, UnknownCase
from services.partners.models import ActionPlan, Certification, Fee, Goal, LeadProject, PartnerCase
from services.partners.models.obligations import Held
from services.partners.queries.obligations import goal_of
from services.partners.schemas.obligations import CertificationIn, FeeIn, GoalIn, LeadProjectIn, PlanIn
from services.partners.usecases.agreements import store
from services.partners.usecases.placing import placed
from shared import audit
from shared.auth.actor import Actor
from shared.errors import NotFound
from shared.uploads.files import Sent

H = TypeVar("H", bound=Held)
KINDS: dict[type[Held], str] = {
    Certification: "certification",
    ActionPlan: "plan",
    Goal: "goal",
    LeadProject: "lead_project",
}
NOT_KEPT = {"version"}


async def certify(
    session: AsyncSession,
    actor: Actor | None,
    organisation_id: UUID,
    given: CertificationIn,
    item_id: UUID | None = None,
) -> Certification:
    """Enter a certificate or the plan for one, or change it; raises NotFound, Forbidden, Stale, Removed."""
    return await _enter(session, actor, organisation_id, Certification, given.model_dump(), item_id)


async def adopt_plan(
    session: AsyncSession,
    actor: Actor | None,
    organisation_id: UUID,
    given: PlanIn,
    file: Sent | None = None,
    item_id: UUID | None = None,
) -> ActionPlan:
    """Enter an action plan, or change it; without a new file the old one stays. Raises NotFound, Forbidden, Stale, Removed, NoPdf."""
    values = given.model_dump()
    if file is not None:
        await placed(session, actor, organisation_id, "obligation.deliver")
        values["file_id"] = (await store(session, organisation_id, file)).id
    return await _enter(session, actor, organisation_id, ActionPlan, values, item_id)


async def set_goal(session: AsyncSession, actor: Actor | None, organisation_id: UUID, given: GoalIn) -> Goal:
    """State the goal, in place of the one before; raises NotFound, Forbidden."""
    await placed(session, actor, organisation_id, "obligation.deliver")
    current = await goal_of(session, organisation_id)
    return await _enter(session, actor, organisation_id, Goal, given.model_dump(), current.id if current else None)


async def lead(
    session: AsyncSession, actor: Actor | None, organisation_id: UUID, given: LeadProjectIn, item_id: UUID | None = None
) -> LeadProject:
    """Enter a lead project, or change it; raises NotFound, Forbidden, Stale, Removed, UnknownCase."""
    await placed(session, actor, organisation_id, "obligation.deliver")
    if given.case_id is not None:
        case = await session.get(PartnerCase, given.case_id)
        if case is None or case.organisation_id != organisation_id:
            raise UnknownCase(field="case_id")
    return await _enter(session, actor, organisation_id, LeadProject, given.model_dump(), item_id)


async def remove(session: AsyncSession, actor: Actor | None, organisation_id: UUID, kind: type[H], item_id: UUID) -> H:
    """Take something away; history keeps it. Raises NotFound, Forbidden, Removed."""
    here = await placed(session, actor, organisation_id, "obligation.deliver")
    found = await _held(session, organisation_id, kind, item_id)
    before = audit.snapshot(found)
    found.remove()
    audit.note(session, actor, f"{KINDS[kind]}.removed", here.subject(KINDS[kind]), before, audit.snapshot(found))
    return found


async def note_fee(session: AsyncSession, actor: Actor | None, organisation_id: UUID, given: FeeIn) -> Fee:
    """Note whether the fee of a year is paid; staff of the region may. Raises NotFound, Forbidden."""
    here = await placed(session, actor, organisation_id, "obligation.manage")
    found = await session.get(Fee, (organisation_id, given.year), with_for_update=True)
    before = audit.snapshot(found) if found else None
    paid_on = given.paid_on if given.paid else None
    if found is None:
        found = Fee(**{**given.model_dump(), "paid_on": paid_on}, organisation_id=organisation_id)
    else:
        found.become(given.paid, paid_on, given.note)
    session.add(found)
    await session.flush()
    audit.note(session, actor, "fee.noted", here.subject("fee"), before, audit.snapshot(found))
    return found


async def _enter(
    session: AsyncSession,
    actor: Actor | None,
    organisation_id: UUID,
    kind: type[H],
    values: Mapping[str, Any],
    item_id: UUID | None,
) -> H:
    here = await placed(session, actor, organisation_id, "obligation.deliver")
    kept = {name: value for name, value in values.items() if name not in NOT_KEPT}
    if item_id is None:
        found, before = kind(**kept, organisation_id=organisation_id), None
    else:
        found = await _held(session, organisation_id, kind, item_id)
        if values.get("version") not in (None, found.version):
            raise Stale
        before = audit.snapshot(found)
        found.become(kept)
    session.add(found)
    await session.flush()
    deed = "entered" if before is None else "edited"
    audit.note(session, actor, f"{KINDS[kind]}.{deed}", here.subject(KINDS[kind]), before, audit.snapshot(found))
    return found


async def _held(session: AsyncSession, organisation_id: UUID, kind: type[H], item_id: UUID) -> H:
    query = select(kind).where(col(kind.id) == item_id, col(kind.organisation_id) == organisation_id)
    found = (await session.exec(query.with_for_update())).one_or_none()
    if found is None:
        raise NotFound
    return found
