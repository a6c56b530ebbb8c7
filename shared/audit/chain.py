"""The chain: what binds an entry to the one before it."""

import json
from collections.abc import Mapping
from datetime import UTC
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

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
        str(row["actor_id"] or ""),
        row["action"],
        row["subject_kind"],
        str(row["subject_id"] or ""),
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
            kept = row["salt"] != ""
            if (kept and digest_of(row["salt"], row["changes"]) != row["digest"]) or hash_of(previous, row) != row[
                "hash"
            ]:
                return int(row["seq"])
            previous, seen = row["hash"], int(row["seq"])
