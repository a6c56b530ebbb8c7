"""Taking the bytes of what was deleted off the disk, where the database leaves that to us."""

import asyncio
import logging
import sqlite3

from shared.db.engine import BUSY_TIMEOUT_MS, is_sqlite, sqlite_file

log = logging.getLogger(__name__)


async def compact(url: str, *, thorough: bool) -> bool:
    """Empty an SQLite file's log into it and cut the log off; `thorough` writes the file anew, so that no page keeps old words.

    Returns whether that was done: a reader or writer that is in the way is not waited for longer than any other change would, and
    PostgreSQL does it by itself (autovacuum).
    """
    return is_sqlite(url) and await asyncio.to_thread(_compact, url, thorough)


def _compact(url: str, thorough: bool) -> bool:
    connection = sqlite3.connect(sqlite_file(url), timeout=BUSY_TIMEOUT_MS / 1_000, isolation_level=None)
    try:
        if thorough:
            connection.execute("VACUUM")
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as error:
        log.warning("the database could not be compacted now: %s", error)
        return False
    finally:
        connection.close()
    return not busy
