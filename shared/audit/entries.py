"""Noting changes: collected while a unit of work goes on, and chained just before it commits."""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.audit.chain import GENESIS, digest_of, hash_of, mark
from shared.auth.actor import Actor
from shared.clock import now
from shared.db.session import at_last, tables_of
from shared.telemetry.correlation import correlation_id

NOTES = "audit"
LOCK = 727_002
SHORT = 8
UNTOLD = frozenset({"id", "version", "created_at", "updated_at", "name_folded", "name_order"})


@dataclass(frozen=True)
class Subject:
    """What a change is about: `kind` is the noun, `regions` are the slugs of those whose staff may read of it."""

    kind: str
    id: UUID | None = None
    regions: Iterable[str] = ()


def snapshot(row: SQLModel, *, leave_out: Iterable[str] = ()) -> dict[str, Any]:
    """Return the fields of `row` as JSON values, without those that merely count or repeat."""
    return {name: _plain(value) for name, value in row.model_dump(exclude={*UNTOLD, *leave_out}).items()}


def note(
    session: AsyncSession,
    actor: Actor | None,
    action: str,
    subject: Subject,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Note that `actor` (None: the system itself) did `action`, with each field that differs between `before` and `after`.

    `action` is `<noun>.<past tense>`. An edit that changed nothing is not noted.
    """
    changes = difference(before or {}, after or {})
    if before is not None and after is not None and not changes:
        return
    entry = {
        "at": now(),
        "actor_id": actor.person_id if actor else None,
        "actor_mark": mark(actor.person_id if actor else None),
        "action": action,
        "subject_kind": subject.kind,
        "subject_id": subject.id,
        "subject_mark": mark(subject.id),
        "regions": "".join(f"|{slug}" for slug in sorted(set(subject.regions))) + "|",
        "correlation_id": correlation_id.get(),
        "changes": changes,
        "salt": secrets.token_hex(16),
    }
    session.info.setdefault(NOTES, []).append(entry)
    at_last(session, NOTES, _append)


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return `{field: [before, after]}` for each field that is not the same; None stands for what is not there."""
    names = [*before, *(name for name in after if name not in before)]
    pairs = {name: [_plain(before.get(name)), _plain(after.get(name))] for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


async def blank(session: AsyncSession, subject_ids: Iterable[UUID]) -> int:
    """Take the values out of all entries about `subject_ids`; that they were made, by whom and when stays. Returns how many."""
    return await _blank(session, tables_of(session).audit.c.subject_id.in_(list(subject_ids)))


async def erase(session: AsyncSession, person_id: UUID, words: Iterable[str]) -> int:
    """Take out of the whole audit what tells of a person: values of entries about them or that hold their id or one of `words`
    (their name, their addresses), and their id as the one who acted. Returns how many entries lost their values.

    That each was made and when stays, and which of them were the same person's; the chain still holds.
    """
    table, connection = tables_of(session).audit, await session.connection()
    changes = sa.cast(table.c.changes, sa.Text)
    await _append(session)
    told = [changes.contains(text, autoescape=True) for text in {str(person_id), *_written(words)}]
    emptied = await _blank(session, sa.or_(table.c.subject_id == person_id, *told))
    for column in (table.c.actor_id, table.c.subject_id):
        await connection.execute(sa.update(table).where(column == person_id).values({column.name: None}))
    return emptied


async def _blank(session: AsyncSession, which: sa.ColumnElement[bool]) -> int:
    table = tables_of(session).audit
    emptied = sa.update(table).where(which, table.c.salt != "").values(changes={}, salt="")
    return int((await (await session.connection()).execute(emptied)).rowcount)


def _written(words: Iterable[str]) -> Iterable[str]:
    """Yield `words` as JSON holds them. A short one may be part of many others, so it counts only where it is a whole value."""
    for word in filter(None, words):
        for text in (json.dumps(word), json.dumps(word, ensure_ascii=False)):
            yield text if len(word) < SHORT else text[1:-1]


async def _append(session: AsyncSession) -> None:
    entries = session.info.pop(NOTES, [])
    if not entries:
        return
    await session.flush()
    connection = await session.connection()
    table = tables_of(session).audit
    if connection.dialect.name == "postgresql":
        # Asked for last of all, by everybody: whoever holds it only commits.
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    newest = sa.select(table.c.hash).order_by(table.c.seq.desc()).limit(1)
    previous = (await connection.execute(newest)).scalar_one_or_none() or GENESIS
    rows = []
    for entry in entries:
        row = {**entry, "digest": digest_of(entry["salt"], entry["changes"])}
        row["hash"] = previous = hash_of(previous, row)
        rows.append(row)
    await connection.execute(sa.insert(table), rows)


def _plain(value: Any) -> Any:
    match value:
        case datetime() | date():
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
        case str() | int() | float() | None:
            return value
        case _:
            return json.loads(json.dumps(value, default=str))
