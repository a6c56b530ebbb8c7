"""Mail to one person at once: sign-in links, and word that a case came back."""

from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifier.ledger import Owed, owe_one
from services.notifier.models import MERGED
from shared.auth.forgetting import forgotten
from shared.auth.merged import standing
from shared.clock import now
from shared.contracts.knowledge import CaseChangesRequested
from shared.contracts.partners import SignInRequested
from shared.db.session import ring

ALERT_LASTS = timedelta(days=7)


async def note_sign_in(session: AsyncSession, fact: SignInRequested) -> None:
    """Owe the link somebody asked for, while it is good; its secret is derived only when the mail is written."""
    if fact.expires_at <= now():
        return
    owed = Owed("sign_in", fact.request_id, 1, fact.expires_at, content={"language": fact.language})
    await owe_one(await session.connection(), owed, fact.person_id)
    ring(session, "deliveries")


async def note_changes_requested(session: AsyncSession, fact: CaseChangesRequested) -> None:
    """Owe a case's author the reason it was sent back."""
    not_after = fact.at + ALERT_LASTS
    if fact.author_id is None or not_after <= now():
        return
    author_id = await standing(session, MERGED, fact.author_id, to_write=True)
    if await forgotten(session, author_id):
        return
    content = {"title": fact.title, "reason": fact.reason}
    owed = Owed("case_changes_requested", fact.case_id, fact.version, not_after, content=content)
    await owe_one(await session.connection(), owed, author_id)
    ring(session, "deliveries")
