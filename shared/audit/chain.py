"""The chain: what binds an entry to the one before it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.auth.forgetting import mark_of
from shared.db.session import tables_of

GENESIS = "0" * 64
BATCH = 1_000


def digest_of(salt: str, changes: Mapping[str, Any]) -> str:
    """Return the digest of an entry's values. The salt keeps it from being guessed once they are taken out."""
    return sha256(f"{salt}{json.dumps(changes, sort_keys=True, ensure_ascii=False)}".encode()).hexdigest()


def hash_of(previous: str, row: Mapping[Any, Any]) -> str:
    """Return what binds `row` to the entry whose hash is `previous`."""
    said = [
        previous,
        row["at"].astimezone(UTC).isoformat(),
        row["actor_mark"],
        row["action"],
        row["subject_kind"],
        row["subject_mark"],
        row["regions"],
        row["correlation_id"],
        row["digest"],
    ]
    return sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class End:
    """The newest entry of the chain: its number and its hash. Whoever keeps one sees later whether the chain still leads there."""

    seq: int = 0
    hash: str = GENESIS


@dataclass(frozen=True)
class Followed:
    """What a walk along the chain came to: where it ends, and the number of the first entry that is not what was written."""

    end: End
    broken: int | None = None


async def follow(session: AsyncSession, known: End | None = None) -> Followed:
    """Follow the chain from end to end; `known` is where it ended before, and it is broken where it does not lead there."""
    table = tables_of(session).audit
    connection = await session.connection()
    known = known or End()
    previous, seen = GENESIS, 0
    while True:
        query = sa.select(table).where(table.c.seq > seen).order_by(table.c.seq).limit(BATCH)
        rows = (await connection.execute(query)).mappings().all()
        if not rows:
            return Followed(End(seen, previous), known.seq if known.seq > seen else None)
        for row in rows:
            end = End(int(row["seq"]), row["hash"])
            if seen < known.seq < end.seq:
                return Followed(End(seen, previous), known.seq)
            if not _true(dict(row)) or hash_of(previous, row) != end.hash or (end.seq == known.seq and end != known):
                return Followed(End(seen, previous), end.seq)
            previous, seen = end.hash, end.seq


async def broken(session: AsyncSession) -> int | None:
    """Return the number of the first entry that is not what was written; None where the whole chain holds."""
    return (await follow(session)).broken


def mark(one: UUID | None) -> str:
    """Return what the chain binds instead of an id, so that the id can be taken out; empty for none."""
    return mark_of(one) if one else ""


def _true(row: Mapping[str, Any]) -> bool:
    """Whether what an entry still holds is what its marks and its digest were made of."""
    values = row["salt"] == "" or digest_of(row["salt"], row["changes"]) == row["digest"]
    who = row["actor_id"] is None or mark_of(row["actor_id"]) == row["actor_mark"]
    return values and who and (row["subject_id"] is None or mark_of(row["subject_id"]) == row["subject_mark"])
