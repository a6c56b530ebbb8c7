"""Loading cases from a file of JSON lines into the public library, again and again without doubles."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import Case, Region, Revision, Terms
from services.knowledge.queries import by_external_ids, regions_today, terms
from services.knowledge.queries.rows import Rows, rows_of
from services.knowledge.schemas import CaseIn
from services.knowledge.usecases.editorial import published_fact
from services.knowledge.usecases.matching import to_match
from services.knowledge.usecases.settling import Settled, proposed, settle
from services.knowledge.usecases.vocabularies import terms_for
from services.knowledge.usecases.writing import changes, check_references, enter
from shared import audit
from shared.clock import now
from shared.db.session import Database, ring
from shared.errors import Invalid
from shared.loading import LineError, LoadReport, Progress, parsed
from shared.outbox import record

BATCH = 500
BELL = "search"

Numbered = tuple[int, "CaseLine"]


class CaseLine(CaseIn):
    """A line of the file."""

    external_id: Annotated[str, Field(min_length=1, max_length=120)]


async def load(database: Database, lines: Iterable[str], *, dry_run: bool, progress: Progress) -> LoadReport:
    """Publish the cases of `lines`, or change those that are there. With any wrong line, or in a dry run, nothing is entered.

    Kinds of measures nobody has a term for become proposed terms; any other word that is no term is a wrong line.
    """
    report = LoadReport()
    found = list(parsed(lines, CaseLine, report))
    async with database.reading() as session:
        check(found, await regions_today(session), await terms(session), report)
        await _check_references(session, found, report)
    trial = dry_run or bool(report.errors)
    for start in range(0, len(found), BATCH):
        batch = [line for _, line in found[start : start + BATCH]]
        async with database.reading() if trial else database.writing() as session:
            await load_cases(session, batch, report, trial=trial)
        progress(len(batch))
    return report


def check(found: Sequence[Numbered], known: Mapping[str, Region], words: Terms, report: LoadReport) -> None:
    """Report lines with a region or a word nobody knows, rows that do not add up, or an external id that stood on an earlier line."""
    seen: dict[str, int] = {}
    for number, line in found:
        if line.region not in known:
            report.errors.append(LineError(number, "region", f"no region is called {line.region}"))
        first = seen.setdefault(line.external_id, number)
        if first != number:
            report.errors.append(LineError(number, "external_id", f"{line.external_id} stands on line {first} already"))
        proposed(words, line.measure_types)
        try:
            settle(line, words, Rows())
        except Invalid as refusal:
            report.errors.append(LineError(number, refusal.field or "", str(refusal)))


async def _check_references(session: AsyncSession, found: Sequence[Numbered], report: LoadReport) -> None:
    for number, line in found:
        if line.relations or line.contributors:
            try:
                await check_references(session, line)
            except Invalid as refusal:
                report.errors.append(LineError(number, refusal.field or "", str(refusal)))


@dataclass(frozen=True)
class Entered:
    """A case to be entered: its row, what it comes to hold, and what the fields that change held before."""

    row: Case
    wanted: Settled
    before: dict[str, Any]
    rows: dict[str, Any]
    """What the kinds of rows that change held before."""


async def load_cases(session: AsyncSession, batch: Sequence[CaseLine], report: LoadReport, *, trial: bool) -> None:
    """Enter a batch in the session's transaction, and count what was new, changed and unchanged; a trial only counts."""
    words = await _terms(session, batch, trial=trial)
    known = await by_external_ids(session, [line.external_id for line in batch])
    standing = await rows_of(session, [row.id for row in known.values()])
    new: list[Entered] = []
    changed: list[Entered] = []
    moment = now()
    for line in batch:
        row = known.get(line.external_id)
        held = standing[row.id] if row else Rows()
        try:
            wanted = settle(line, words, held, row)
        except Invalid:
            # It was reported when the lines were checked: such a trial enters nothing.
            continue
        rows = changes(wanted, held)
        if row is None:
            new.append(Entered(_published(line, wanted, moment), wanted, {}, rows))
        elif (before := _difference(row, wanted)) or rows:
            changed.append(Entered(row, wanted, before, rows))
            if not trial:
                _overwrite(row, wanted, moment)
    report.new += len(new)
    report.changed += len(changed)
    report.unchanged += len(batch) - len(new) - len(changed)
    if not trial and (new or changed):
        await _enter(session, new, changed)


async def _terms(session: AsyncSession, batch: Sequence[CaseLine], *, trial: bool) -> Terms:
    measures = [word for line in batch for word in line.measure_types]
    if not trial:
        return await terms_for(session, None, measures)
    known = await terms(session)
    proposed(known, measures)
    return known


async def _enter(session: AsyncSession, new: Sequence[Entered], changed: Sequence[Entered]) -> None:
    session.add_all(one.row for one in changed)
    await session.flush()
    connection = await session.connection()
    if new:
        await connection.execute(sa.insert(Case), [one.row.model_dump() for one in new])
    every = [*new, *changed]
    await enter(session, [(one.row.id, one.row.version, one.wanted, one.rows) for one in every])
    revisions = [Revision.of(one.row, "load", None, held) for one, held in _held(new, changed)]
    await connection.execute(sa.insert(Revision), [revision.model_dump() for revision in revisions])
    public = [one.row for one in every if one.row.status == "published"]
    await record(session, *(published_fact(row) for row in public))
    await to_match(session, "case", [row.id for row in public])
    regions = {one.row.region for one in every}
    audit.note(session, None, "case.loaded", audit.Subject("case", None, regions), None, _counted(new, changed))
    ring(session, BELL)


def _held(new: Sequence[Entered], changed: Sequence[Entered]) -> Iterator[tuple[Entered, dict[str, Any]]]:
    """Yield each case with what the fields that changed held before; nothing of a new one did."""
    yield from ((one, {}) for one in new)
    yield from ((one, one.before | one.rows) for one in changed)


def _counted(new: Sequence[Entered], changed: Sequence[Entered]) -> dict[str, int]:
    return {"new": len(new), "changed": len(changed)}


def _published(line: CaseLine, wanted: Settled, moment: datetime) -> Case:
    made = Case(
        **wanted.columns,
        external_id=line.external_id,
        status="published",
        indexed_version=0,
        published_at=moment,
        created_at=moment,
        updated_at=moment,
    )
    made.refold()
    return made


def _difference(row: Case, wanted: Settled) -> dict[str, Any]:
    """Return what the columns held that would change."""
    fields = {name for name, value in wanted.columns.items() if getattr(row, name) != value}
    return row.model_dump(mode="json", include=fields) if fields else {}


def _overwrite(row: Case, wanted: Settled, moment: datetime) -> None:
    up_to_date = row.indexed_version == row.version
    for name, value in wanted.columns.items():
        setattr(row, name, value)
    row.refold()
    row.version += 1
    row.updated_at = moment
    if row.status != "published" and up_to_date:
        row.indexed_version = row.version
