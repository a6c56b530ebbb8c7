"""Looking whether the audit still is what was written."""

import logging
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import AuditCheck
from services.partners.queries.audit import last_check
from shared import audit
from shared.clock import now
from shared.db.session import tables_of

KEPT = timedelta(days=90)

log = logging.getLogger(__name__)


async def look(session: AsyncSession) -> AuditCheck:
    """Return what the chain looks like now, and whether it still leads to where it ended before; nothing is kept yet."""
    counted = sa.select(sa.func.count()).select_from(tables_of(session).audit)
    entries = (await (await session.connection()).execute(counted)).scalar_one()
    last = await last_check(session)
    known = audit.End(last.last_seq, last.last_hash) if last and last.last_hash else None
    found = await audit.follow(session, known)
    # What was lost is still missed tomorrow.
    end = found.end if found.broken is None else known or audit.End()
    return AuditCheck(at=now(), entries=entries, broken=found.broken, last_seq=end.seq, last_hash=end.hash)


async def keep(session: AsyncSession, found: AuditCheck) -> None:
    """Keep what was found, raise the alarm where the chain is broken, and forget looks of long ago."""
    if found.broken is not None:
        log.error("AUDIT entry %d is not what was written, or is gone", found.broken)
    await session.merge(found)
    await session.exec(sa.delete(AuditCheck).where(col(AuditCheck.at) < now() - KEPT))
