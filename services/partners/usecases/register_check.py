"""What follows from the word of the register of organisations: findings for the regions, and what they decide of each."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import NothingToTake
from services.partners.models import Organisation, RegisterFinding
from services.partners.queries import organisation as organisation_of
from services.partners.queries import organisation_by_number, regions_of
from services.partners.queries.findings import finding as finding_of
from services.partners.register.unit import Removed, Unit
from services.partners.register.verdicts import Finding, Kept, compared
from services.partners.usecases.entering import uniquely
from services.partners.usecases.organisations import number_taken, rewrite
from services.partners.usecases.prefill import borne_out
from services.partners.usecases.statements import state_organisations
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import about, require
from shared.clock import today_in_norway
from shared.errors import NotFound

CLOSING = frozenset({"deleted", "removed"})
"""News after which there is no organisation any more: to take them over is to end the partnership."""
STAFFS = frozenset({"org_number", "status"})
"""What its own people may not change, so may not take over."""


async def note_told(
    session: AsyncSession, organisation_id: UUID, told: Unit | Removed | None, namesakes: Sequence[Unit] = ()
) -> list[RegisterFinding]:
    """Compare an organisation with the register's answer for its number; returns what is news.

    What was found before is found once; what the register no longer says is gone, and news again should it say so anew. Where all
    is well, the day is noted and what was empty is filled in.
    """
    try:
        found = await organisation_of(session, organisation_id, to_change=True)
    except NotFound:
        return []
    number = told.org_number if told else found.org_number
    if found.org_number is None or number != found.org_number:
        return []
    said = compared(_kept(found), told, namesakes)
    news = await _noted(session, found, said)
    if isinstance(told, Unit) and not told.deleted and all(one.severity == "note" for one in said):
        await _bear_out(session, found, told)
    return news


async def take_over(session: AsyncSession, actor: Actor | None, finding_id: UUID) -> Organisation:
    """Have an organisation become what the register says.

    Raises NotFound, Forbidden, FindingHandled, NothingToTake, and OrgNumberTaken where what it became is here already.
    """
    found, organisation, regions = await _to_settle(session, actor, finding_id)
    values = taken_over(found)
    if not values:
        raise NothingToTake
    if STAFFS & values.keys():
        require(actor, "organisation.create", about(*regions))
    before = audit.snapshot(organisation)
    async with uniquely(session, lambda: _free(session, actor, values, organisation)):
        found.handle("taken", actor.person_id if actor else None)
        await rewrite(session, organisation, values)
    session.add(found)
    await state_organisations(session, [organisation])
    what = audit.Subject("organisation", organisation.id, regions)
    audit.note(session, actor, "finding.taken", what, before, audit.snapshot(organisation))
    return organisation


async def keep(session: AsyncSession, actor: Actor | None, finding_id: UUID) -> Organisation:
    """Have what we keep stand, whatever the register says; raises NotFound, Forbidden, FindingHandled."""
    found, organisation, regions = await _to_settle(session, actor, finding_id)
    found.handle("kept", actor.person_id if actor else None)
    session.add(found)
    what = audit.Subject("organisation", organisation.id, regions)
    audit.note(session, actor, "finding.kept", what, None, {"finding": found.key})
    return organisation


def taken_over(found: RegisterFinding) -> dict[str, Any]:
    """Return the values an organisation takes over with a finding; empty where it needs a person to decide."""
    if found.code in CLOSING:
        return {"status": "left"}
    values: dict[str, Any] = dict(found.proposal)
    if "municipality" in values:
        values["municipality_number"] = None
    if "sector" in values:
        values |= {"sector_source": "register", "sector_reason": "", "sector_value": "", "sector_on": today_in_norway()}
    if "org_number" in values:
        values["verified_on"] = None
    return values


def _kept(found: Organisation) -> Kept:
    assert found.org_number is not None
    sector = found.sector if found.sector_source == "register" else None
    return Kept(found.org_number, found.name, found.municipality, sector)


async def _noted(session: AsyncSession, found: Organisation, said: list[Finding]) -> list[RegisterFinding]:
    query = select(RegisterFinding).where(RegisterFinding.organisation_id == found.id)
    known = {one.key: one for one in (await session.exec(query)).all()}
    news = []
    for one in said:
        row = known.get(one.key[:300])
        if row is None:
            row = _row(found.id, one)
        elif row.state in ("gone", "taken"):
            row.reopen()
        else:
            continue
        session.add(row)
        news.append(row)
    keys = {one.key[:300] for one in said}
    for row in known.values():
        if row.state == "open" and row.key not in keys:
            row.handle("gone", None)
            session.add(row)
    await session.flush()
    return news


def _row(organisation_id: UUID, said: Finding) -> RegisterFinding:
    return RegisterFinding(
        organisation_id=organisation_id,
        key=said.key[:300],
        code=said.code,
        severity=said.severity,
        values=dict(said.values),
        proposal=dict(said.proposal),
        happened_on=said.on,
    )


async def _bear_out(session: AsyncSession, found: Organisation, told: Unit) -> None:
    values = borne_out(found, told)
    if set(values) == {"verified_on"} and found.verified_on is not None:
        # Nothing anybody edits: no new version, and nothing to tell the network.
        found.verified_on = values["verified_on"]
        session.add(found)
        return
    before = audit.snapshot(found)
    found.become(values)
    await state_organisations(session, [found])
    regions = (await regions_of(session, [found.id]))[found.id]
    what = audit.Subject("organisation", found.id, regions)
    audit.note(session, None, "organisation.verified", what, before, audit.snapshot(found))


async def _to_settle(
    session: AsyncSession, actor: Actor | None, finding_id: UUID
) -> tuple[RegisterFinding, Organisation, list[str]]:
    organisation_id = (await finding_of(session, finding_id)).organisation_id
    organisation = await organisation_of(session, organisation_id, to_change=True)
    regions = (await regions_of(session, [organisation.id]))[organisation.id]
    require(actor, "organisation.edit", about(*regions, organisation_id=organisation.id))
    return await finding_of(session, finding_id, to_change=True), organisation, regions


async def _free(session: AsyncSession, actor: Actor | None, values: dict[str, Any], own: Organisation) -> None:
    if "org_number" in values:
        other = await organisation_by_number(session, values["org_number"])
        if other is not None and other is not own:
            raise await number_taken(session, actor, other)
