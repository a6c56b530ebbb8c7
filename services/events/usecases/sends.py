"""Who was invited, as the notifier tells it."""

from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.models import Send, Webinar
from shared.contracts.notifier import AudienceFrozen, SendCompleted


async def note_frozen(session: AsyncSession, fact: AudienceFrozen) -> None:
    """Keep how many people a send about a webinar is for; sends about other things are not ours."""
    send = await _send(session, fact)
    if send is None or (send.frozen_version is not None and send.frozen_version >= fact.version):
        return
    if send.completed_version is None or send.completed_version < fact.version:
        send.audience = fact.audience
    send.frozen_version = fact.version
    send.frozen_at = min(send.frozen_at, fact.at)
    session.add(send)


async def note_completed(session: AsyncSession, fact: SendCompleted) -> None:
    """Keep how a send about a webinar ended, also when this is heard before its beginning."""
    send = await _send(session, fact)
    if send is None or (send.completed_version is not None and send.completed_version >= fact.version):
        return
    send.completed_version = fact.version
    for name in ("audience", "sent", "failed", "suppressed", "unknown"):
        setattr(send, name, getattr(fact, name))
    session.add(send)


async def _send(session: AsyncSession, fact: AudienceFrozen | SendCompleted) -> Send | None:
    if await session.get(Webinar, fact.about) is None:
        return None
    known = await session.get(Send, fact.send_id, with_for_update=True)
    return known or Send(send_id=fact.send_id, webinar_id=fact.about, audience=fact.audience, frozen_at=fact.at)
