"""What the registry takes away when its time is over, by class of personal data (shared/retention.py)."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import (
    ApiToken,
    Claim,
    Erasure,
    Import,
    ImportRow,
    IssuerAttempt,
    Letter,
    PasskeyChallenge,
    Person,
    SecondStep,
    Session,
    SignInCount,
    SignInRequest,
)
from services.partners.usecases import erasing
from shared.errors import Conflict
from shared.retention import Remove

MOST_PEOPLE = 50
"""In one round, so that no transaction is long; the next takes more."""

log = logging.getLogger(__name__)


async def people(session: AsyncSession, before: datetime) -> int:
    """Erase those put out of use before then whom nobody depends on."""
    query = select(Person).where(
        col(Person.retired_at) < before, col(Person.active).is_(False), col(Person.merged_into).is_(None)
    )
    erased = 0
    for found in (await session.exec(query.order_by(col(Person.retired_at)).limit(MOST_PEOPLE))).all():
        try:
            await erasing.erase_retired(session, found)
        except Conflict as refusal:
            log.info("a person put out of use is kept: %s", refusal.code)
        else:
            erased += 1
    return erased


async def sign_ins(session: AsyncSession, before: datetime) -> int:
    """Forget how people came in, once that is over."""
    counted = await _gone(session, SignInCount, col(SignInCount.hour) < before)
    for table in (SignInRequest, SecondStep, IssuerAttempt, PasskeyChallenge):
        counted += await _gone(session, table, col(table.expires_at) < before)
    return counted


async def sessions(session: AsyncSession, before: datetime) -> int:
    """Forget sessions nobody has used since."""
    return await _gone(session, Session, col(Session.used_at) < before)


async def tokens(session: AsyncSession, before: datetime) -> int:
    """Forget tokens that ran out or were taken back."""
    return await _gone(session, ApiToken, sa.or_(col(ApiToken.expires_at) < before, col(ApiToken.revoked_at) < before))


async def letters(session: AsyncSession, before: datetime) -> int:
    """Forget which letters were asked for."""
    return await _gone(session, Letter, sa.and_(col(Letter.asked_at) < before, col(Letter.not_after) < before))


async def claims(session: AsyncSession, before: datetime) -> int:
    """Forget claims that are settled, and those nobody ever confirmed."""
    settled = sa.and_(col(Claim.decided_at).is_not(None), col(Claim.decided_at) < before)
    never = sa.and_(col(Claim.state) == "unconfirmed", col(Claim.asked_at) < before)
    return await _gone(session, Claim, sa.or_(settled, never))


async def imports(session: AsyncSession, before: datetime) -> int:
    """Forget the spreadsheets that were read, but for those being entered."""
    old = sa.select(col(Import.id)).where(col(Import.made_at) < before, col(Import.status) != "running")
    await _gone(session, ImportRow, col(ImportRow.import_id).in_(old))
    return await _gone(session, Import, col(Import.id).in_(old))


async def erasures(session: AsyncSession, before: datetime) -> int:
    """Forget certificates of long ago, and wishes that were taken back or never confirmed."""
    done = col(Erasure.completed_at) < before
    dropped = sa.and_(col(Erasure.confirmed_at).is_(None), col(Erasure.asked_at) < before)
    return await _gone(session, Erasure, sa.or_(done, dropped))


REMOVES: Mapping[str, Remove] = {
    "people": people,
    "sign-ins": sign_ins,
    "sessions": sessions,
    "tokens": tokens,
    "letters": letters,
    "claims": claims,
    "imports": imports,
    "erasures": erasures,
}


async def _gone(session: AsyncSession, table: Any, condition: Any) -> int:
    return int((await (await session.connection()).execute(sa.delete(table).where(condition))).rowcount)
