"""Entering the rows of a confirmed import, some in each transaction: cut off anywhere it goes on where it was, without doubles."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.import_errors import NoSuchRow, ReasonForUnlikely, RightsLost
from services.partners.models import Import, ImportRow
from services.partners.queries.imports import import_of, import_rows, next_rows, progress_of, results_of
from services.partners.usecases.importing import KINDS
from services.partners.usecases.importing.kinds import Came, Kind, problem
from services.partners.usecases.importing.receiving import subject_of
from shared import audit
from shared.auth.access import admitted
from shared.auth.actor import Actor
from shared.auth.policy import can, require
from shared.clock import now
from shared.db.session import ring
from shared.errors import Conflict, Forbidden, Refusal
from shared.sheets import CellError

BELL = "imports"
AT_ONCE = 200
"""Rows in one transaction."""
KEPT = timedelta(days=7)
"""How long a file that nobody confirms is kept."""


async def confirm(
    session: AsyncSession,
    actor: Actor | None,
    kind: Kind,
    import_id: UUID,
    *,
    chosen: Mapping[int, str] | None = None,
    all_because: str = "",
) -> Import:
    """Have the good rows of an import entered, the doubtful ones only where chosen: each with its note, or all with one.

    Raises NotFound, ImportConfirmed, NoSuchRow, ReasonForUnlikely.
    """
    signed_in = require(actor, kind.action)
    found = await import_of(session, signed_in, import_id, kind.name, to_change=True)
    doubtful = {row.number: row for row in await import_rows(session, found.id, doubtful=True)}
    notes = dict.fromkeys(doubtful, all_because.strip()) if all_because.strip() else {}
    notes |= {number: note.strip() or notes.get(number, "") for number, note in (chosen or {}).items()}
    for number, note in notes.items():
        if number not in doubtful:
            raise NoSuchRow(field="chosen", row=number)
        if not note:
            raise ReasonForUnlikely(field="note")
        doubtful[number].choose(note[:600])
    found.confirm(signed_in, {"chosen": len(notes)})
    session.add_all(doubtful.values())
    session.add(found)
    audit.note(session, actor, "import.confirmed", subject_of(found), None, _told(found))
    ring(session, BELL)
    return found


async def step(session: AsyncSession, import_id: UUID) -> bool:
    """Enter the next rows of a running import, with the rights its confirmer has now; returns whether there may be more."""
    found = await session.get(Import, import_id, with_for_update=True, populate_existing=True)
    if found is None or found.status != "running":
        return False
    rows = await next_rows(session, found.id, AT_ONCE)
    kind = KINDS[found.kind]
    actor = await _confirmer(session, found)
    for some in _apart(rows, kind):
        for row, came in zip(some, await _stored(session, kind, found, actor, some), strict=True):
            _note(row, came)
    await session.flush()
    done, total = await progress_of(session, found.id)
    if done < total:
        return True
    stored = await results_of(session, found.id)
    found.finish({f"stored_{name}": many for name, many in stored.items()})
    session.add(found)
    audit.note(session, actor or found.confirmer, "import.finished", subject_of(found), None, _told(found))
    return False


async def _confirmer(session: AsyncSession, found: Import) -> Actor | None:
    """Return who confirmed an import with what they may enter of it now; None where that is nothing."""
    known = await admitted(session, found.confirmer) if found.confirmer else None
    within = found.within(known) if known else None
    return within if can(within, KINDS[found.kind].action) else None


def _apart(rows: Sequence[ImportRow], kind: Kind) -> Iterator[Sequence[ImportRow]]:
    """Yield rows about different records, as many as there are: of those about the same one, each comes after the one before."""
    turns: list[list[ImportRow]] = []
    taken: dict[Hashable, int] = {}
    for row in rows:
        keys = list(kind.keys(row))
        turn = max((taken[key] + 1 for key in keys if key in taken), default=0)
        taken |= dict.fromkeys(keys, turn)
        if turn == len(turns):
            turns.append([])
        turns[turn].append(row)
    yield from turns


async def _stored(
    session: AsyncSession, kind: Kind, found: Import, actor: Actor | None, rows: Sequence[ImportRow]
) -> list[Came]:
    """Enter rows at once; where somebody else has taken a number, id or address since it was looked up, each half by itself.

    Without `actor` nobody may, and none is entered.
    """
    if actor is None:
        return [RightsLost() for _row in rows]
    try:
        async with session.begin_nested():
            return await kind.store(session, found, actor, rows)
    except IntegrityError:
        if len(rows) == 1:
            return [Conflict()]
    half = len(rows) // 2
    return [came for some in (rows[:half], rows[half:]) for came in await _stored(session, kind, found, actor, some)]


def _note(row: ImportRow, came: Came) -> None:
    if isinstance(came, Forbidden):
        came = RightsLost()
    if isinstance(came, Refusal):
        # What the check could not foresee: somebody was faster, or a year before was left out.
        row.entered("failed", problem("wrong", CellError(row.number, "", "", came.message, came.values)))
    else:
        row.entered(came)


async def sweep(session: AsyncSession) -> int:
    """Forget files that nobody confirmed in time; returns how many."""
    old = sa.and_(col(Import.status) == "checked", col(Import.made_at) < now() - KEPT)
    ids = sa.select(col(Import.id)).where(old)
    await session.exec(sa.delete(ImportRow).where(col(ImportRow.import_id).in_(ids)))
    return (await session.exec(sa.delete(Import).where(old))).rowcount


def _told(found: Import) -> dict[str, object]:
    return {"file": found.file_name, "kind": found.kind, **found.counts}
