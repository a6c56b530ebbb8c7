"""The chain: what binds an entry to the one before it."""

import json
from collections.abc import Mapping
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


async def broken(session: AsyncSession) -> int | None:
    """Return the number of the first entry that is not what was written; None where the whole chain holds."""
    table = tables_of(session).audit
    connection = await session.connection()
    previous, seen = GENESIS, 0
    while True:
        query = sa.select(table).where(table.c.seq > seen).order_by(table.c.seq).limit(BATCH)
        rows = (await connection.execute(query)).mappings().all()
        if not rows:
            return None
        for row in rows:
            if not _true(dict(row)) or hash_of(previous, row) != row["hash"]:
                return int(row["seq"])
            previous, seen = row["hash"], int(row["seq"])


def mark(one: UUID | None) -> str:
    """Return what the chain binds instead of an id, so that the id can be taken out; empty for none."""
    return mark_of(one) if one else ""


def _true(row: Mapping[str, Any]) -> bool:
    """Whether what an entry still holds is what its marks and its digest were made of."""
    values = row["salt"] == "" or digest_of(row["salt"], row["changes"]) == row["digest"]
    who = row["actor_id"] is None or mark_of(row["actor_id"]) == row["actor_mark"]
    return values and who and (row["subject_id"] is None or mark_of(row["subject_id"]) == row["subject_mark"])
