"""Loading cases from a file of JSON lines into the public library, again and again without doubles."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import CONTENT, Case, Region, Revision
from services.knowledge.queries import by_external_ids, regions_today
from services.knowledge.schemas import CaseIn
from services.knowledge.usecases.editorial import published_fact
from shared.clock import now
from shared.db.session import Database, ring
from shared.loading import LineError, LoadReport, Progress, parsed
from shared.outbox import record

BATCH = 500
BELL = "search"

Numbered = tuple[int, "CaseLine"]


class CaseLine(CaseIn):
    """A line of the file."""

    external_id: Annotated[str, Field(min_length=1, max_length=120)]


async def load(database: Database, lines: Iterable[str], *, dry_run: bool, progress: Progress) -> LoadReport:
    """Publish the cases of `lines`, or change those that are there. With any wrong line, or in a dry run, nothing is entered."""
    report = LoadReport()
    found = list(parsed(lines, CaseLine, report))
    async with database.reading() as session:
        check(found, await regions_today(session), report)
    trial = dry_run or bool(report.errors)
    for start in range(0, len(found), BATCH):
        batch = [line for _, line in found[start : start + BATCH]]
        async with database.reading() if trial else database.writing() as session:
            await load_cases(session, batch, report, trial=trial)
        progress(len(batch))
    return report


def check(found: Sequence[Numbered], known: dict[str, Region], report: LoadReport) -> None:
    """Report lines with a region nobody knows, or an external id that stood on an earlier line."""
    seen: dict[str, int] = {}
    for number, line in found:
        if line.region not in known:
            report.errors.append(LineError(number, "region", f"no region is called {line.region}"))
        first = seen.setdefault(line.external_id, number)
        if first != number:
            report.errors.append(LineError(number, "external_id", f"{line.external_id} stands on line {first} already"))


async def load_cases(session: AsyncSession, batch: Sequence[CaseLine], report: LoadReport, *, trial: bool) -> None:
    """Enter a batch in the session's transaction, and count what was new, changed and unchanged; a trial only counts."""
    known = await by_external_ids(session, [line.external_id for line in batch])
    new: list[Case] = []
    changed: list[tuple[Case, dict[str, Any]]] = []
    moment = now()
    for line in batch:
        row = known.get(line.external_id)
        if row is None:
            new.append(_published(line, moment))
        elif before := _difference(row, line):
            changed.append((row, before))
            if not trial:
                _overwrite(row, line, moment)
    report.new += len(new)
    report.changed += len(changed)
    report.unchanged += len(batch) - len(new) - len(changed)
    if not trial and (new or changed):
        await _enter(session, new, changed)


async def _enter(session: AsyncSession, new: Sequence[Case], changed: Sequence[tuple[Case, dict[str, Any]]]) -> None:
    session.add_all(row for row, _ in changed)
    await session.flush()
    connection = await session.connection()
    if new:
        await connection.execute(sa.insert(Case), [row.model_dump() for row in new])
    revisions = [_revision(row, {}) for row in new] + [_revision(row, before) for row, before in changed]
    await connection.execute(sa.insert(Revision), [revision.model_dump() for revision in revisions])
    public = [row for row in (*new, *(row for row, _ in changed)) if row.status == "published"]
    await record(session, *(published_fact(row) for row in public))
    ring(session, BELL)


def _published(line: CaseLine, moment: datetime) -> Case:
    made = Case(
        **line.content(),
        external_id=line.external_id,
        status="published",
        indexed_version=0,
        published_at=moment,
        created_at=moment,
        updated_at=moment,
    )
    made.refold()
    return made


def _difference(row: Case, line: CaseLine) -> dict[str, Any]:
    """Return what the fields held that the line would change."""
    wanted = line.content()
    fields = {name for name in CONTENT if getattr(row, name) != wanted[name]}
    return row.model_dump(mode="json", include=fields) if fields else {}


def _overwrite(row: Case, line: CaseLine, moment: datetime) -> None:
    up_to_date = row.indexed_version == row.version
    for name, value in line.content().items():
        setattr(row, name, value)
    row.refold()
    row.version += 1
    row.updated_at = moment
    if row.status != "published" and up_to_date:
        row.indexed_version = row.version


def _revision(row: Case, before: dict[str, Any]) -> Revision:
    return Revision(
        case_id=row.id,
        version=row.version,
        status=row.status,
        action="load",
        fields=sorted(before),
        before=before,
        at=row.updated_at,
    )
