"""The import of organisations, as a spreadsheet has them: one row for each, or for each region with dates of its own."""

import asyncio
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Import, ImportRow, Membership, Organisation
from services.partners.models.imports import Result
from services.partners.names import folded
from services.partners.queries import every_region, regions_of
from services.partners.queries import organisation as organisation_of
from services.partners.queries.importing import former_names, known_organisations
from services.partners.queries.regions import memberships
from services.partners.queries.topics import topics_open
from services.partners.usecases.importing.cells import Words
from services.partners.usecases.importing.kinds import Checked, Kind, faster_wins
from services.partners.usecases.importing.organisation_checks import NO_SECTOR, Registry, judged
from services.partners.usecases.importing.organisation_plan import Plan, hindrance, planned
from services.partners.usecases.importing.organisation_rows import (
    EXAMPLE_COLUMNS,
    EXAMPLE_ROWS,
    FIELDS,
    NEEDED,
    SECTORS,
    file_problems,
    rows_of,
)
from services.partners.usecases.importing.places import RegionNames
from services.partners.usecases.organisations import rewrite
from services.partners.usecases.prefill import vouched
from services.partners.usecases.regions import known_slugs
from services.partners.usecases.statements import restate_people_of, state_organisations
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import about, can, require
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.sheets import Sheet

VOUCHED = ("org_number", "sector")
"""What the register of organisations bears out: changed by a spreadsheet, it counts as typed."""


async def check(session: AsyncSession, actor: Actor, sheet: Sheet) -> list[Checked]:
    """Return what each row of a file of organisations would do for `actor`."""
    rows = await asyncio.to_thread(rows_of, sheet)
    known = await known_organisations(
        session,
        {row.given["external_id"] for row in rows if "external_id" in row.given},
        {row.given["org_number"] for row in rows if "org_number" in row.given},
        {folded(row.given["name"]) for row in rows if "name" in row.given},
    )
    topics = await topics_open(session)
    words = {topic.code: (topic.name_nn, topic.name_en) for topic in topics}
    registry = Registry(
        known,
        RegionNames(await every_region(session)),
        Words({topic.code: topic.name_nb for topic in topics}, words),
    )
    return await asyncio.to_thread(judged, rows, registry, actor)


async def store(session: AsyncSession, from_: Import, row: ImportRow) -> Result:
    """Enter what a row says of an organisation, and leave the rest. Raises NotFound, Forbidden, Conflict, and what is refused of dates."""
    given, names = row.given, RegionNames(await every_region(session))
    found = await _locked(session, row)
    held = await memberships(session, found.id) if found else []
    plan = planned(given, found, held, await former_names(session, found.id) if found else [], names)
    own = (await regions_of(session, [found.id]))[found.id] if found else []
    if hindrance(from_.actor, given, plan, found, own, names):
        raise Forbidden
    if plan.doubts and not row.doubtful:
        # Nobody was asked: what makes it unlikely came after the check.
        raise Conflict
    await known_slugs(session, sorted(plan.places.regions))
    if found is None:
        await _register(session, from_.actor, given, plan)
        return "new"
    if not plan.changes:
        return "unchanged"
    await _change(session, from_.actor, found, plan, held)
    return "corrected"


async def _locked(session: AsyncSession, row: ImportRow) -> Organisation | None:
    """Return the organisation a row is about; None for a new one. Raises NotFound where it was merged or its row emptied since."""
    if row.subject_id is not None:
        return await organisation_of(session, row.subject_id, to_change=True)
    known = await known_organisations(session, _keys(row.given, "external_id"), _keys(row.given, "org_number"))
    if not row.given or known.by_alias:
        raise NotFound
    for one in known.all:
        found = await organisation_of(session, one.id, to_change=True)
        await session.refresh(found)
        return found
    return None


async def _register(session: AsyncSession, actor: Actor, given: dict[str, Any], plan: Plan) -> None:
    if not can(actor, "organisation.create", about(national=True)):
        require(actor, "organisation.create", about(*given.get("regions", [])))
    if "sector" not in given:
        raise Invalid(NO_SECTOR, field="sector", choices=SECTORS.shown)
    made = Organisation(**plan.values, **vouched(given.get("org_number"), given["sector"], None))
    async with faster_wins(session):
        session.add(made)
    await _tell(session, actor, made, plan, [], None)


async def _change(session: AsyncSession, actor: Actor, found: Organisation, plan: Plan, held: list[Membership]) -> None:
    was = _snapshot(found, held)
    values = dict(plan.values)
    if any(name in values for name in VOUCHED):
        number, sector = values.get("org_number", found.org_number), values.get("sector", found.sector)
        told = vouched(number, sector, None)
        values |= {"verified_on": None, **told} if "org_number" in values else told
    async with faster_wins(session):
        await rewrite(session, found, values)
        session.add(found)
    await _tell(session, actor, found, plan, held, was)


async def _tell(
    session: AsyncSession,
    actor: Actor,
    found: Organisation,
    plan: Plan,
    held: list[Membership],
    was: dict[str, Any] | None,
) -> None:
    """Enter the partnerships of a plan, tell the network of the organisation, and note it in the audit."""
    before = set((await regions_of(session, [found.id]))[found.id]) if was is not None else set()
    for one, values in plan.places.amend:
        for name, value in values.items():
            setattr(one, name, value)
    for one in plan.places.begin:
        one.organisation_id = found.id
    session.add_all([*(one for one, _ in plan.places.amend), *plan.places.begin])
    await session.flush()
    after = (await regions_of(session, [found.id]))[found.id]
    if was is not None and before != set(after):
        await restate_people_of(session, [found.id])
    await state_organisations(session, [found])
    subject = audit.Subject("organisation", found.id, {*before, *after, *plan.places.regions})
    audit.note(session, actor, "organisation.imported", subject, was, _snapshot(found, [*held, *plan.places.begin]))


def _snapshot(found: Organisation, held: list[Membership]) -> dict[str, Any]:
    memberships = [audit.snapshot(one, leave_out=("organisation_id",)) for one in held]
    return {**audit.snapshot(found), "memberships": sorted(memberships, key=str)}


def _keys(given: dict[str, Any], name: str) -> list[str]:
    return [given[name]] if name in given else []


ORGANISATIONS = Kind(
    name="organisations",
    action="registry.import",
    fields=FIELDS,
    needed=NEEDED,
    file_problems=file_problems,
    check=check,
    store=store,
    example_columns=EXAMPLE_COLUMNS,
    example_rows=EXAMPLE_ROWS,
)
