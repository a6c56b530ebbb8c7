"""The import of people, as a spreadsheet has them: one row for each, or for each role with dates of its own.

Nobody is signed in by it: an address from a spreadsheet is one nobody has confirmed, until a link sent to it was used.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Import, ImportRow, Organisation, Person, PersonGrant
from services.partners.models.imports import Result
from services.partners.people_errors import LastNational
from services.partners.queries import every_region, grants_ever, regions_answering, regions_of
from services.partners.queries import person as person_of
from services.partners.queries.importing import known_organisations, known_people
from services.partners.queries.privacy import erased_external_ids, only_national
from services.partners.usecases import people
from services.partners.usecases.importing.kinds import Checked, Kind, faster_wins
from services.partners.usecases.importing.person_checks import Registry, judged
from services.partners.usecases.importing.person_plan import Plan, hindrance, planned
from services.partners.usecases.importing.person_rows import (
    EXAMPLE_COLUMNS,
    EXAMPLE_ROWS,
    FIELDS,
    NEEDED,
    file_problems,
    rows_of,
)
from services.partners.usecases.importing.places import RegionNames
from services.partners.usecases.regions import known_slugs
from services.partners.usecases.sign_in import end_all
from services.partners.usecases.statements import state_people
from shared import audit
from shared.auth.actor import Actor, Grant
from shared.errors import Conflict, Forbidden, NotFound
from shared.sheets import Sheet


async def check(session: AsyncSession, actor: Actor, sheet: Sheet) -> list[Checked]:
    """Return what each row of a file of people would do for `actor`."""
    rows = await asyncio.to_thread(rows_of, sheet)

    def named(field: str) -> set[str]:
        return {row.given[field] for row in rows if field in row.given}

    within = reach(actor)
    known = await known_people(session, named("external_id"), named("email"))
    registry = Registry(
        people=known,
        organisations=await known_organisations(session, named("organisation"), named("organisation_number")),
        regions=RegionNames(await every_region(session)),
        editable=await people.editable(session, within, known.all),
        erased=await erased_external_ids(session, named("external_id")),
    )
    return await asyncio.to_thread(judged, rows, registry, within)


def reach(actor: Actor) -> Actor:
    """Return an actor with no more than an import reaches: the whole network, or the partners of the regions they are staff of."""
    if actor.is_national:
        return replace(actor, grants=(Grant("national"),))
    return replace(actor, grants=tuple(Grant("region_staff", region) for region in sorted(actor.regions)))


async def store(session: AsyncSession, from_: Import, row: ImportRow) -> Result:
    """Enter what a row says of a person, and leave the rest. Raises NotFound, Forbidden, Conflict, LastNational, RoleBackwards."""
    given, actor = row.given, from_.actor
    if not given or await erased_external_ids(session, _keys(given, "external_id")):
        raise NotFound
    organisations = await _organisations(session, given)
    found = await _locked(session, row)
    if found is not None and not await people.editable(session, actor, [found]):
        raise Forbidden
    held = (await grants_ever(session, [found.id]))[found.id] if found else []
    plan = planned(given, found, held)
    if hindrance(actor, given, plan, organisations, RegionNames(await every_region(session))):
        raise Forbidden
    if plan.doubts and not row.doubtful:
        # Nobody was asked: what makes it unlikely came after the check.
        raise Conflict
    await known_slugs(session, given.get("region", []), "region")
    if found is None:
        await _register(session, actor, given, plan)
        return "new"
    if not plan.changes:
        return "unchanged"
    await _may_end(session, found, plan)
    await _change(session, actor, found, plan, held)
    return "corrected"


async def _organisations(session: AsyncSession, given: dict[str, Any]) -> dict[UUID, list[str]]:
    """Lock the organisation a row names, before the person, and return its regions; raises NotFound where it was merged since."""
    if "organisation_id" not in given:
        return {}
    found = await session.get(Organisation, UUID(given["organisation_id"]), with_for_update={"read": True})
    if found is None or found.merged_into is not None:
        raise NotFound
    return await regions_of(session, [found.id])


async def _locked(session: AsyncSession, row: ImportRow) -> Person | None:
    if row.subject_id is not None:
        return await person_of(session, row.subject_id, to_change=True)
    known = await known_people(session, _keys(row.given, "external_id"), _keys(row.given, "email"))
    if known.merged:
        raise NotFound
    for one in known.all:
        found = await person_of(session, one.id, to_change=True)
        await session.refresh(found)
        return found
    return None


async def _register(session: AsyncSession, actor: Actor, given: dict[str, Any], plan: Plan) -> None:
    made = Person(**plan.values)
    first = plan.roles.give[0]
    if "language" not in plan.values:
        made.language = await people.language_of(session, first.organisation_id, first.region or made.region)
    for grant in plan.roles.give:
        grant.person_id = made.id

    async with faster_wins(session):
        session.add(made)
    session.add_all(plan.roles.give)
    await _tell(session, actor, made, None, plan.roles.give, [])


async def _may_end(session: AsyncSession, found: Person, plan: Plan) -> None:
    ends = any(one.role == "national" and values.get("until") for one, values in plan.roles.amend)
    if (ends or plan.values.get("active") is False) and await only_national(session, found.id):
        raise LastNational


async def _change(session: AsyncSession, actor: Actor, found: Person, plan: Plan, held: Sequence[PersonGrant]) -> None:
    was = {**people.snapshot(found), "roles": _told(held)}
    regions = (await regions_answering(session, [found]))[found.id]
    moved = plan.values.get("email", found.email) != found.email

    async with faster_wins(session):
        found.become(plan.values)
        session.add(found)
    for grant in plan.roles.give:
        grant.person_id = found.id
    for grant, values in plan.roles.amend:
        for name, value in values.items():
            setattr(grant, name, value)
    session.add_all(plan.roles.touched)
    if moved or not found.active:
        await end_all(session, found.id)
    await _tell(session, actor, found, was, [*held, *plan.roles.give], regions)


async def _tell(
    session: AsyncSession,
    actor: Actor,
    found: Person,
    was: dict[str, Any] | None,
    roles: Sequence[PersonGrant],
    regions: Sequence[str],
) -> None:
    await session.flush()
    touched = {*regions, *(await regions_answering(session, [found]))[found.id]}
    after = {**people.snapshot(found), "roles": _told(roles)}
    audit.note(session, actor, "person.imported", audit.Subject("person", found.id, touched), was, after)
    await state_people(session, [found])


def _told(grants: Sequence[PersonGrant]) -> list[dict[str, Any]]:
    told = [audit.snapshot(grant, leave_out=("person_id",)) for grant in grants]
    return sorted(told, key=str)


def _keys(given: dict[str, Any], name: str) -> list[str]:
    return [given[name]] if name in given else []


PEOPLE = Kind(
    name="people",
    action="registry.import",
    fields=FIELDS,
    needed=NEEDED,
    file_problems=file_problems,
    check=check,
    store=store,
    example_columns=EXAMPLE_COLUMNS,
    example_rows=EXAMPLE_ROWS,
    personal=True,
)
