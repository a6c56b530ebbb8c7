"""What the notifier takes away when its time is over, by class of personal data (shared/retention.py)."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifier.tables import delivery, new_uuid, recipient
from shared.retention import Remove


async def mail_content(session: AsyncSession, before: datetime) -> int:
    """Empty what filled in mails that have come to their end."""
    told = sa.or_(sa.cast(delivery.c.content, sa.Text) != "{}", delivery.c.last_error.is_not(None))
    over = sa.update(delivery).where(delivery.c.due_at.is_(None), delivery.c.ended_at < before, told)
    return int((await (await session.connection()).execute(over.values(content={}, last_error=None))).rowcount)


async def mails(session: AsyncSession, before: datetime) -> int:
    """Make mails of long ago nobody's; their numbers stay."""
    known = sa.exists().where(recipient.c.person_id == delivery.c.person_id)
    over = sa.update(delivery).where(delivery.c.due_at.is_(None), delivery.c.ended_at < before, known)
    return int((await (await session.connection()).execute(over.values(person_id=new_uuid()))).rowcount)


REMOVES: Mapping[str, Remove] = {"mail-content": mail_content, "mails": mails}
