"""Loading people: each with the roles their line tells of, whatever other roles they were given by hand."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Alias, Organisation, Person, PersonAlias, PersonGrant, Place
from services.partners.queries import grants_of
from services.partners.usecases import people
from services.partners.usecases.load_lines import PersonLine, RoleLine
from services.partners.usecases.sign_in import end_all
from services.partners.usecases.statements import state_people
from shared import audit
from shared.loading import LoadReport

Wanted = dict[Place, RoleLine]
Ids = Mapping[str, UUID]


async def enter_people(session: AsyncSession, batch: Sequence[PersonLine], report: LoadReport, trial: bool) -> None:
    """Enter a batch of people, or in a trial only count what would be done."""
    known = await _known(session, [line.external_id for line in batch])
    ids = await organisation_ids(session, {role.organisation for line in batch for role in line.held()})
    held = await grants_of(session, [row.id for row in known.values()])
    entered: list[Person] = []
    for line in batch:
        row = known.get(line.external_id)
        has = held[row.id] if row else []
        wanted = _wanted(line, ids)
        values = _values(line)
        if row is not None and row.external_id != line.external_id:
            # A merged double's line says no more of who they are, and takes nothing from them.
            values, wanted = {}, {**{grant.place: RoleLine(role=grant.role) for grant in has}, **wanted}
        if not _differs(row, values, has, wanted):
            report.unchanged += 1
            continue
        report.changed, report.new = report.changed + (row is not None), report.new + (row is None)
        if not trial:
            entered.append(await _enter(session, line, row, values, has, wanted))
    if entered:
        await session.flush()
        await state_people(session, entered)


async def organisation_ids(session: AsyncSession, names: set[str | None]) -> dict[str, UUID]:
    """Return the organisations with these external ids, also those that were a double's."""
    asked = [name for name in names if name]
    aliases = select(Alias.external_id, Alias.organisation_id).where(col(Alias.external_id).in_(asked))
    own = select(Organisation.external_id, Organisation.id).where(col(Organisation.external_id).in_(asked))
    found = dict((await session.exec(aliases)).all())
    return found | {name: one for name, one in (await session.exec(own)).all() if name}


async def _known(session: AsyncSession, names: Sequence[str]) -> dict[str, Person]:
    rows = (await session.exec(select(Person).where(col(Person.external_id).in_(names)))).all()
    found = {row.external_id: row for row in rows if row.external_id}
    merged = select(PersonAlias.external_id, Person).join(Person, col(Person.id) == PersonAlias.person_id)
    aliases = (await session.exec(merged.where(col(PersonAlias.external_id).in_(names)))).all()
    return found | dict(aliases)


def _values(line: PersonLine) -> dict[str, Any]:
    values = line.model_dump(include=set(people.FIELDS))
    if line.language is None:
        del values["language"]
    if "phone" not in line.model_fields_set:
        del values["phone"]
    return values


def _wanted(line: PersonLine, ids: Ids) -> Wanted:
    return {(role.role, role.region, ids.get(role.organisation or "")): role for role in line.held()}


def _differs(row: Person | None, values: dict[str, Any], has: Sequence[PersonGrant], wanted: Wanted) -> bool:
    if row is None or any(getattr(row, name) != value for name, value in values.items()):
        return True
    return bool(_ending(has, wanted) or _missing(has, wanted) or _performing(has, wanted))


def _ending(has: Sequence[PersonGrant], wanted: Wanted) -> list[PersonGrant]:
    return [grant for grant in has if grant.imported and grant.place not in wanted]


def _missing(has: Sequence[PersonGrant], wanted: Wanted) -> list[Place]:
    places = {grant.place for grant in has}
    return [place for place in wanted if place not in places]


def _performing(has: Sequence[PersonGrant], wanted: Wanted) -> list[PersonGrant]:
    return [grant for grant in has if (role := wanted.get(grant.place)) and _functions(role) - set(grant.functions)]


def _functions(role: RoleLine) -> set[Any]:
    return set(role.functions) if role.organisation else set()


async def _enter(
    session: AsyncSession,
    line: PersonLine,
    row: Person | None,
    values: dict[str, Any],
    has: Sequence[PersonGrant],
    wanted: Wanted,
) -> Person:
    before = {**people.snapshot(row), "roles": _told(has)} if row else None
    moved = row is not None and values.get("email", row.email) != row.email
    person = row or Person(**values, external_id=line.external_id)
    if row is None:
        first = next(iter(wanted))
        if line.language is None:
            person.language = await people.language_of(session, first[2], line.region)
        session.add(person)
    else:
        person.become(values)
    running = _hold(session, person, has, wanted)
    if before is not None and (moved or not person.active):
        await end_all(session, person.id)
    after = {**people.snapshot(person), "roles": _told(running)}
    regions = {person.region, *(grant.region for grant in running)} - {None}
    what = audit.Subject("person", person.id, [region for region in regions if region])
    audit.note(session, None, "person.imported", what, before, after)
    return person


def _hold(session: AsyncSession, person: Person, has: Sequence[PersonGrant], wanted: Wanted) -> list[PersonGrant]:
    ending = _ending(has, wanted)
    for grant in ending:
        grant.end()
    for grant in _performing(has, wanted):
        grant.functions = sorted({*grant.functions, *_functions(wanted[grant.place])})
    new = [
        PersonGrant(
            person_id=person.id,
            role=role,
            region=region,
            organisation_id=organisation_id,
            functions=sorted(_functions(wanted[role, region, organisation_id])),
            imported=True,
        )
        for role, region, organisation_id in _missing(has, wanted)
    ]
    session.add_all(new)
    return [*(grant for grant in has if grant not in ending), *new]


def _told(grants: Sequence[PersonGrant]) -> list[dict[str, Any]]:
    return [audit.snapshot(grant, leave_out=("person_id",)) for grant in grants]
