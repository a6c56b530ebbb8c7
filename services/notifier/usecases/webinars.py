"""What follows when a webinar is published or cancelled."""

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifier.models import Send, Status, Webinar
from services.notifier.tables import alone
from services.notifier.usecases.audiences import freeze
from services.notifier.usecases.cancelling import withdraw
from services.notifier.usecases.rearranged import REGIONS, settle
from shared.contracts.events import WebinarCancelled, WebinarFact, WebinarPublished
from shared.db.locks import hold


async def note_published(session: AsyncSession, fact: WebinarPublished) -> None:
    """Take the webinar over and freeze its audience, once; one that has started invites nobody, so a replay sends nothing."""
    webinar = await _retold(session, fact, "published")
    if webinar is None or not webinar.invites:
        return
    known = select(Send.id).where(Send.about == webinar.id, Send.kind == "invitation")
    if (await session.exec(known)).first() is None:
        await freeze(session, webinar)


async def note_cancelled(session: AsyncSession, fact: WebinarCancelled) -> None:
    """Take over that the webinar is not held: unsent invitations are dropped, and those who may have one are told."""
    webinar = await _retold(session, fact, "cancelled", fact.reason)
    if webinar is not None:
        await withdraw(session, webinar)


async def _retold(session: AsyncSession, fact: WebinarFact, status: Status, reason: str = "") -> Webinar | None:
    await hold(session, REGIONS, together=True)
    await alone(session, f"webinar {fact.webinar_id}")
    webinar = await session.get(Webinar, fact.webinar_id, populate_existing=True)
    if webinar is not None and webinar.version >= fact.version:
        return None
    if webinar is None:
        webinar = Webinar.of(fact, status, reason)
    else:
        webinar.retell(fact, status, reason)
    session.add(webinar)
    await session.flush()
    await settle(session, webinar)
    return webinar
