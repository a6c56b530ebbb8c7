"""Remembering what somebody did with a case: what it held before in its history, and who did what in the audit."""

from collections.abc import Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import Case, Revision
from shared import audit
from shared.auth.actor import Actor

DEEDS = {
    "draft": "case.drafted",
    "edit": "case.edited",
    "submit": "case.submitted",
    "approve": "case.approved",
    "request_changes": "case.sent-back",
    "publish": "case.published",
    "archive": "case.archived",
    "translate": "case.translated",
    "illustrate": "case.illustrated",
    "no_contact": "case.contact-ended",
}
"""What the steps of a case's history are called in the audit."""


def remember(
    session: AsyncSession,
    case: Case,
    actor: Actor,
    step: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    note: str = "",
) -> None:
    """Remember a step just taken. `before`: what the fields that changed held, as JSON, None for a step that changes no text; `after`:
    what those hold now that are no columns of the case."""
    session.add(Revision.of(case, step, actor.person_id, before, note))
    held = dict(before or {})
    now = {name: getattr(case, name) for name in held if name in Case.model_fields} | dict(after or {})
    told = {"status": case.status, "reason": note} if before is None else {}
    subject = audit.Subject("case", case.id, {case.region, str(held.get("region", case.region))})
    audit.note(session, actor, DEEDS[step], subject, held, {**now, **{name: one for name, one in told.items() if one}})
