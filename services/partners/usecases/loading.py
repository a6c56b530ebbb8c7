"""Loading organisations and people from a file of JSON lines, again and again without doubles."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Organisation, Person, PersonGrant
from services.partners.queries import grants_of, regions_of
from services.partners.usecases import organisations, people
from services.partners.usecases.load_checks import errors_in
from services.partners.usecases.load_lines import Line, OrganisationLine, PersonLine
from services.partners.usecases.sign_in import end_all
from services.partners.usecases.statements import restate_people_of, state_organisations, state_people
from shared.contracts.vocabulary import Role
from shared.db.session import Database
from shared.loading import LoadReport, Progress, parsed

BATCH = 500
Place = tuple[Role, str | None, UUID | None]


async def load(database: Database, lines: Iterable[str], *, dry_run: bool, progress: Progress) -> LoadReport:
    """Enter what `lines` tell: organisations first, then people. With any wrong line, or in a dry run, nothing is entered."""
    report = LoadReport()
    found = [(number, line.root) for number, line in parsed(lines, Line, report)]
    firms = [(number, line) for number, line in found if isinstance(line, OrganisationLine)]
    persons = [(number, line) for number, line in found if isinstance(line, PersonLine)]
    async with database.reading() as session:
        report.errors += await errors_in(session, firms, persons)
    trial = dry_run or bool(report.errors)
    wrong = {error.line for error in report.errors}
    for start in range(0, len(firms), BATCH):
        batch = [line for number, line in firms[start : start + BATCH] if number not in wrong]
        async with database.reading() if trial else database.writing() as session:
            await _organisations(session, batch, report, trial)
        progress(len(batch))
    for start in range(0, len(persons), BATCH):
        members = [line for number, line in persons[start : start + BATCH] if number not in wrong]
        async with database.reading() if trial else database.writing() as session:
            await _people(session, members, report, trial)
        progress(len(members))
    return report


async def _organisations(
    session: AsyncSession, batch: Sequence[OrganisationLine], report: LoadReport, trial: bool
) -> None:
    names = [line.external_id for line in batch]
    rows = (await session.exec(select(Organisation).where(col(Organisation.external_id).in_(names)))).all()
    known = {row.external_id: row for row in rows}
    regions = await regions_of(session, [row.id for row in rows])
    entered: list[tuple[Organisation, set[str], set[str]]] = []
    for line in batch:
        row = known.get(line.external_id)
        values = line.model_dump(include=set(organisations.FIELDS))
        before, after = set(regions[row.id]) if row else set(), set(line.regions)
        if _differs(row, values, report, also=before != after) and not trial:
            made = _became(session, row, Organisation(**values, external_id=line.external_id), values)
            entered.append((made, before, after))
    if not entered:
        return
    await session.flush()
    for made, before, after in entered:
        await organisations.become(session, made, before, after)
    await restate_people_of(session, [made.id for made, before, after in entered if before and before != after])
    await state_organisations(session, [made for made, _, _ in entered])


async def _people(session: AsyncSession, batch: Sequence[PersonLine], report: LoadReport, trial: bool) -> None:
    names = [line.external_id for line in batch]
    rows = (await session.exec(select(Person).where(col(Person.external_id).in_(names)))).all()
    known = {row.external_id: row for row in rows}
    acted_for = await _organisation_ids(session, batch)
    held = await grants_of(session, [row.id for row in rows])
    entered: list[tuple[Person, list[PersonGrant], Place]] = []
    for line in batch:
        row = known.get(line.external_id)
        values = line.model_dump(include=set(people.FIELDS))
        has, wanted = held[row.id] if row else [], _place(line, acted_for)
        if _differs(row, values, report, also=_moved(has, wanted)) and not trial:
            made = _became(session, row, Person(**values, external_id=line.external_id), values)
            entered.append((made, has, wanted))
    if not entered:
        return
    await session.flush()
    for made, has, wanted in entered:
        await _grant_to(session, made, has, wanted)
    await state_people(session, [made for made, _, _ in entered])


def _differs(row: Organisation | Person | None, values: dict[str, Any], report: LoadReport, *, also: bool) -> bool:
    if row is None:
        report.new += 1
        return True
    if also or any(getattr(row, name) != value for name, value in values.items()):
        report.changed += 1
        return True
    report.unchanged += 1
    return False


R = TypeVar("R", Organisation, Person)


def _became(session: AsyncSession, row: R | None, new: R, values: dict[str, Any]) -> R:
    if row is None:
        session.add(new)
        return new
    row.become(values)
    return row


def _moved(has: Sequence[PersonGrant], wanted: Place) -> bool:
    return [grant.place for grant in has] != [wanted]


async def _grant_to(session: AsyncSession, person: Person, has: list[PersonGrant], wanted: Place) -> None:
    moved = _moved(has, wanted)
    if moved:
        role, region, organisation_id = wanted
        grant = PersonGrant(person_id=person.id, role=role, region=region, organisation_id=organisation_id)
        await people.hold_only(session, has, grant)
    if has and (moved or not person.active):
        await end_all(session, person.id)


def _place(line: PersonLine, organisation_ids: dict[str, UUID]) -> Place:
    region = line.region if line.role == "region_staff" else None
    return line.role, region, organisation_ids.get(line.organisation or "")


async def _organisation_ids(session: AsyncSession, batch: Sequence[PersonLine]) -> dict[str, UUID]:
    names = {line.organisation for line in batch if line.organisation}
    query = select(Organisation.external_id, Organisation.id).where(col(Organisation.external_id).in_(names))
    return {name: organisation_id for name, organisation_id in (await session.exec(query)).all() if name}
