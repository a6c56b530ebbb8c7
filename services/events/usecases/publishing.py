"""Announcing webinars and calling them off."""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.errors import Stale
from services.events.models import Webinar
from services.events.queries import webinar as webinar_of
from services.events.usecases.drafting import subject
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import require
from shared.contracts.events import WebinarCancelled, WebinarPublished
from shared.outbox import record


async def publish(session: AsyncSession, actor: Actor | None, webinar_id: UUID, version: int | None = None) -> Webinar:
    """Announce a draft, so that everybody it concerns is invited; a second time changes nothing and says nothing.

    `version` is the one somebody looked at. Raises NotFound, Forbidden, Stale, Cancelled, Begun.
    """
    found = await webinar_of(session, webinar_id, to_change=True)
    require(actor, "webinar.publish", found.target)
    if found.status == "draft" and version is not None and version != found.version:
        raise Stale
    if found.publish():
        session.add(found)
        audit.note(session, actor, "webinar.published", subject(found), {"status": "draft"}, {"status": found.status})
        await record(session, WebinarPublished(**_told(found)))
    return found


async def cancel(session: AsyncSession, actor: Actor | None, webinar_id: UUID, reason: str = "") -> Webinar:
    """Call a published webinar off, so that everybody invited is told; a second time changes nothing and says nothing.

    Raises NotFound, Forbidden, NotPublished, Begun (when it is over).
    """
    found = await webinar_of(session, webinar_id, to_change=True)
    require(actor, "webinar.cancel", found.target)
    if found.cancel(reason):
        session.add(found)
        after = {"status": found.status, "reason": reason or None}
        audit.note(session, actor, "webinar.cancelled", subject(found), {"status": "published"}, after)
        await record(session, WebinarCancelled(**_told(found), reason=reason))
    return found


def _told(found: Webinar) -> dict[str, Any]:
    return {
        "version": found.version,
        "webinar_id": found.id,
        "sequence": found.sequence,
        "uid": found.uid,
        "title": found.title,
        "summary": found.summary,
        "language": found.language,
        "audience": found.audience,
        "starts_at": found.starts_at,
        "ends_at": found.ends_at,
        "local_start": found.local_start,
        "local_end": found.local_end,
        "time_zone": found.time_zone,
        "organiser_id": found.organiser_id,
    }
