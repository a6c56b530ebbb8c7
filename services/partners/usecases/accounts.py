"""Delivering climate accounts: each correction is a new version beside the old, and an account that arrives stops the asking."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.doubts import Unlikely, doubts
from services.partners.errors import NothingReported, Stale, YearNotOver
from services.partners.models import ClimateAccount
from services.partners.models.accounts import FIGURES, Source, account_subject
from services.partners.queries import organisation as organisation_of
from services.partners.queries import regions_of
from services.partners.queries.obligations import account_in_force, last_revision
from services.partners.schemas.obligations import AccountIn
from services.partners.usecases.letters import withdraw
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import about, can, require
from shared.clock import now
from shared.contracts.partners import LetterKind
from shared.web.formats import OSLO

LETTERS: tuple[LetterKind, ...] = ("account_opened", "account_reminder", "account_overdue")
FIELDS = (
    *FIGURES,
    "scope3_categories",
    "scope3_note",
    "tool",
    "tool_name",
    "method",
    "published",
    "link",
)


async def record(
    session: AsyncSession,
    actor: Actor | None,
    organisation_id: UUID,
    given: AccountIn,
    *,
    source: Source | None = None,
    import_id: UUID | None = None,
) -> ClimateAccount:
    """Enter an account, or a new version of it; what changes nothing makes none. Letters about it are called back.

    `source` is told from who acts where it is not given. Raises NotFound, Forbidden, YearNotOver, NothingReported, Stale, and
    Unlikely where a doubtful figure is not confirmed with a note.
    """
    organisation = await organisation_of(session, organisation_id, to_change=True)
    regions = (await regions_of(session, [organisation.id]))[organisation.id]
    here = about(*regions, organisation_id=organisation.id)
    signed_in = require(actor, "obligation.deliver", here)
    if given.year >= now().astimezone(OSLO).year:
        raise YearNotOver(field="year")
    values = given.model_dump(include=set(FIELDS))
    if all(values[name] is None for name in FIGURES):
        raise NothingReported(field="scope1")
    current = await account_in_force(session, organisation.id, given.year)
    if given.revision is not None and given.revision != (current.revision if current else 0):
        raise Stale
    if current is not None and all(getattr(current, name) == value for name, value in values.items()):
        return current
    await _likely(session, organisation.id, given, current)
    if current is not None:
        current.supersede()
        session.add(current)
        await session.flush()
    made = ClimateAccount(
        **values,
        organisation_id=organisation.id,
        year=given.year,
        revision=await last_revision(session, organisation.id, given.year) + 1,
        source=source or ("staff" if can(actor, "obligation.manage", here) else "self"),
        note=given.note,
        import_id=import_id,
        delivered_by=signed_in.person_id,
    )
    session.add(made)
    await session.flush()
    _note(session, actor, current, made, regions)
    await withdraw(session, LETTERS, account_subject(organisation.id, given.year))
    return made


async def _likely(
    session: AsyncSession, organisation_id: UUID, given: AccountIn, current: ClimateAccount | None
) -> None:
    before = await account_in_force(session, organisation_id, given.year - 1)
    figures = {name: getattr(given, name) for name in FIGURES}
    kept = current.figures if current else {}
    found = [
        doubt for doubt in doubts(figures, before.figures if before else {}) if kept.get(doubt.figure) != doubt.value
    ]
    if found and not (given.confirmed and given.note):
        raise Unlikely(found)


def _note(
    session: AsyncSession,
    actor: Actor | None,
    before: ClimateAccount | None,
    after: ClimateAccount,
    regions: list[str],
) -> None:
    left_out = ("organisation_id", "superseded_at", "delivered_at", "delivered_by")
    earlier = audit.snapshot(before, leave_out=left_out) if before else None
    what = audit.Subject("account", after.organisation_id, regions)
    deed = "account.corrected" if before else "account.delivered"
    audit.note(session, actor, deed, what, earlier, audit.snapshot(after, leave_out=left_out))
