"""Looking whether the audit still is what was written."""

import logging
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import AuditCheck
from shared import audit
from shared.clock import now
from shared.db.session import tables_of

KEPT = timedelta(days=90)

log = logging.getLogger(__name__)


async def look(session: AsyncSession) -> AuditCheck:
    """Return what the chain looks like now; nothing is kept yet."""
    counted = sa.select(sa.func.count()).select_from(tables_of(session).audit)
    entries = (await (await session.connection()).execute(counted)).scalar_one()
    return AuditCheck(at=now(), entries=entries, broken=await audit.broken(session))


async def keep(session: AsyncSession, found: AuditCheck) -> None:
    """Keep what was found, raise the alarm where the chain is broken, and forget looks of long ago."""
    if found.broken is not None:
        log.error("AUDIT entry %d is not what was written", found.broken)
    await session.merge(found)
    await session.exec(sa.delete(AuditCheck).where(col(AuditCheck.at) < now() - KEPT))
