"""A file somebody sent: read, and kept with what each of its rows would do; nothing is entered yet."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.import_errors import ImportConfirmed
from services.partners.models import Import, ImportRow
from services.partners.models.imports import OUTCOMES
from services.partners.queries.imports import import_of
from services.partners.usecases.importing.kinds import Checked, Kind, problem
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import require
from shared.sheets import Sheet, read_in_thread


async def read(kind: Kind, data: bytes) -> Sheet:
    """Return the sheet of a file. Raises Unreadable."""
    return await read_in_thread(data, kind.fields, needed=kind.needed)


async def checked_rows(session: AsyncSession, actor: Actor, kind: Kind, sheet: Sheet) -> list[Checked]:
    """Return what each row would do; none where the file as a whole is wrong."""
    return [] if kind.file_problems(sheet) else await kind.check(session, actor, sheet)


async def receive(
    session: AsyncSession, actor: Actor | None, kind: Kind, file_name: str, data: bytes, sheet: Sheet
) -> Import:
    """Keep a file and what its rows would do, to be confirmed or given up. Raises SignInNeeded, Forbidden."""
    signed_in = require(actor, kind.action)
    rows = await checked_rows(session, signed_in, kind, sheet)
    return await keep(session, signed_in, kind, file_name, data, sheet, rows)


async def keep(
    session: AsyncSession,
    actor: Actor,
    kind: Kind,
    file_name: str,
    data: bytes,
    sheet: Sheet,
    rows: Sequence[Checked],
) -> Import:
    """Keep a file whose rows were checked just now."""
    made = Import.of(kind.name, file_name or kind.name, data, actor)
    made.content = None if kind.personal else data
    made.problems = [problem("wrong", error) for error in kind.file_problems(sheet)]
    made.counts = counts_of(rows)
    session.add(made)
    await session.flush()
    if rows:
        values = [_row(made.id, row) for row in rows]
        await (await session.connection()).execute(sa.insert(ImportRow), values)
    return made


async def give_up(session: AsyncSession, actor: Actor | None, import_id: UUID, kind: Kind) -> None:
    """Forget a file that was not confirmed. Raises NotFound, ImportConfirmed."""
    found = await import_of(session, require(actor, kind.action), import_id, kind.name, to_change=True)
    if found.status != "checked":
        raise ImportConfirmed
    await session.exec(sa.delete(ImportRow).where(col(ImportRow.import_id) == found.id))
    await session.delete(found)
    audit.note(session, actor, "import.given_up", subject_of(found), {"file": found.file_name}, {"file": None})


def subject_of(found: Import) -> audit.Subject:
    """Return an import as the audit's subject."""
    return audit.Subject("import", found.id, found.regions or ())


def counts_of(rows: Sequence[Checked]) -> dict[str, int]:
    """Return how many rows have each outcome, how many there are, and how many good ones are doubtful."""
    found = Counter(row.outcome for row in rows)
    doubtful = sum(row.doubtful for row in rows)
    return {"rows": len(rows), "doubtful": doubtful, **{one: found[one] for one in OUTCOMES}}


def _row(import_id: UUID, row: Checked) -> dict[str, Any]:
    return {
        "import_id": import_id,
        "number": row.number,
        "place": row.place,
        "outcome": row.outcome,
        "doubtful": row.doubtful,
        "chosen": False,
        "subject_id": row.subject_id,
        "title": row.title,
        "given": row.given,
        "problems": row.problems,
        "note": "",
        "result": None,
    }
