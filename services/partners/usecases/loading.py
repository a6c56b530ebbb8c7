"""Loading organisations and people from a file of JSON lines, again and again without doubles."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Alias, Organisation
from services.partners.queries import regions_of
from services.partners.usecases import organisations
from services.partners.usecases.load_checks import errors_in
from services.partners.usecases.load_lines import Line, OrganisationLine, PersonLine
from services.partners.usecases.load_people import enter_people
from services.partners.usecases.statements import restate_people_of, state_organisations
from shared import audit
from shared.db.session import Database
from shared.loading import LoadReport, Progress, parsed

BATCH = 500


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
            await enter_people(session, members, report, trial)
        progress(len(members))
    return report


async def _organisations(
    session: AsyncSession, batch: Sequence[OrganisationLine], report: LoadReport, trial: bool
) -> None:
    names = [line.external_id for line in batch]
    known = await _known(session, names)
    rows = list(known.values())
    regions = await regions_of(session, [row.id for row in rows])
    heirs = await _heirs(session, [row.id for row in rows])
    entered: list[tuple[Organisation, set[str], set[str]]] = []
    for line in batch:
        row = known.get(line.external_id)
        if row is not None and row.external_id != line.external_id:
            # A merged double's line: the organisation that took its place is told of by its own.
            report.unchanged += 1
            continue
        values = line.model_dump(include=_told(line, new=row is None))
        before, after = set(regions[row.id]) if row else set(), set(line.regions)
        if row is not None and row.id in heirs:
            # The lines of its doubles say more: what was carried over from them is not ended by its own.
            after |= before
        if _differs(row, values, report, also=before != after) and not trial:
            made = row or Organisation(**values, external_id=line.external_id)
            was = {**audit.snapshot(made), "regions": sorted(before)} if row else None
            if row is None:
                session.add(made)
            else:
                made.become(values)
            what = audit.Subject("organisation", made.id, before | after)
            audit.note(
                session, None, "organisation.imported", what, was, {**audit.snapshot(made), "regions": sorted(after)}
            )
            entered.append((made, before, after))
    if not entered:
        return
    await session.flush()
    for made, before, after in entered:
        await organisations.become(session, made, before, after)
    await restate_people_of(session, [made.id for made, before, after in entered if before and before != after])
    await state_organisations(session, [made for made, _, _ in entered])


def _told(line: OrganisationLine, *, new: bool) -> set[str]:
    """Return the fields a line tells of: what it leaves out stays, and what it is to the network is said once, at the start."""
    details = {name for name in organisations.DETAILS if name in line.model_fields_set}
    return {*organisations.FIELDS, *details, *(["status"] if new and line.status else [])}


async def _heirs(session: AsyncSession, ids: Sequence[UUID]) -> set[UUID]:
    """Return those of `ids` that took the place of others."""
    query = select(Alias.organisation_id).where(col(Alias.organisation_id).in_(ids))
    return set((await session.exec(query)).all())


async def _known(session: AsyncSession, names: Sequence[str]) -> dict[str, Organisation]:
    rows = (await session.exec(select(Organisation).where(col(Organisation.external_id).in_(names)))).all()
    merged = select(Alias.external_id, Organisation).join(Organisation, col(Organisation.id) == Alias.organisation_id)
    aliases = (await session.exec(merged.where(col(Alias.external_id).in_(names)))).all()
    return {row.external_id: row for row in rows if row.external_id} | dict(aliases)


def _differs(row: Organisation | None, values: dict[str, Any], report: LoadReport, *, also: bool) -> bool:
    if row is None:
        report.new += 1
        return True
    if also or any(getattr(row, name) != value for name, value in values.items()):
        report.changed += 1
        return True
    report.unchanged += 1
    return False
