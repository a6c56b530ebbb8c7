"""A file imported in one go, for the command line and the demo: the same check and the same entering as in the browser."""

from collections.abc import Callable
from dataclasses import dataclass, field

from services.partners.models.imports import GOOD
from services.partners.queries.imports import import_rows, progress_of
from services.partners.usecases.importing.confirming import confirm, step
from services.partners.usecases.importing.kinds import Checked, Kind, cell_error
from services.partners.usecases.importing.receiving import checked_rows, counts_of, keep, read
from shared.auth.actor import Actor
from shared.auth.policy import require
from shared.db.session import Database
from shared.sheets import CellError


@dataclass
class Imported:
    """What an import did, or in a dry run would do: how many rows by outcome, and what is wrong or doubtful."""

    counts: dict[str, int] = field(default_factory=dict)
    wrong: list[CellError] = field(default_factory=list)
    doubts: list[CellError] = field(default_factory=list)
    file_problems: list[CellError] = field(default_factory=list)
    left_out: int = 0


async def import_file(
    database: Database,
    actor: Actor,
    kind: Kind,
    file_name: str,
    data: bytes,
    *,
    dry_run: bool,
    progress: Callable[[int, int], None],
    because: str = "",
    later: bool = False,
) -> Imported:
    """Enter the good rows of a file; the doubtful ones too where `because` says why they are right. Raises Unreadable, Forbidden.

    `progress` is told how many rows more were entered, and of how many. With `later` the rows are left to the running service.
    """
    sheet = await read(kind, data)
    found = Imported(file_problems=kind.file_problems(sheet))
    if found.file_problems:
        return found
    async with database.reading() if dry_run else database.writing() as session:
        rows = await checked_rows(session, require(actor, kind.action), kind, sheet)
        _tell(found, rows, because)
        if dry_run or not any(row.outcome in GOOD and (because or not row.doubtful) for row in rows):
            # Nothing to enter leaves nothing behind, not even that it was tried.
            return found
        made = await keep(session, actor, kind, file_name, data, sheet, rows)
        await confirm(session, actor, kind, made.id, all_because=because)
    if later:
        return found
    done, more = 0, True
    while more:
        async with database.writing() as session:
            more = await step(session, made.id)
            before, (done, total) = done, await progress_of(session, made.id)
        progress(done - before, total)
    async with database.reading() as session:
        failed = await import_rows(session, made.id, failed=True)
    found.wrong += [cell_error(row.problems[-1]) for row in failed]
    found.left_out += len(failed)
    return found


def _tell(found: Imported, rows: list[Checked], because: str) -> None:
    found.counts = counts_of(rows)
    for row in rows:
        doubts = [cell_error(one) for one in row.problems if one["level"] == "doubt"]
        found.wrong += [cell_error(one) for one in row.problems if one["level"] == "wrong"]
        found.doubts += [] if because or not row.doubtful else doubts
    out = found.counts["unknown"] + found.counts["foreign"] + found.counts["wrong"]
    found.left_out = out + (0 if because else found.counts["doubtful"])
