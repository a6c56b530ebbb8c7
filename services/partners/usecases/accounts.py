"""Delivering climate accounts: each correction is a new version beside the old, and an account that arrives stops the asking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.doubts import Unlikely, doubts
from services.partners.errors import NothingReported, Stale, YearNotOver
from services.partners.models import ClimateAccount
from services.partners.models.accounts import FIGURES, Source, account_subject
from services.partners.queries import organisation as organisation_of
from services.partners.queries import regions_of
from services.partners.queries.obligations import accounts_in_force, last_revisions
from services.partners.schemas.obligations import AccountIn
from services.partners.usecases.letters import withdraw
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import about, can, require
from shared.clock import OSLO, now
from shared.contracts.partners import LetterKind

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


@dataclass(frozen=True)
class Standing:
    """Where an organisation stands before its account for a year is entered: where it is a partner, the account in force for that
    year and the one for the year before, and how many versions there have been."""

    organisation_id: UUID
    regions: Sequence[str]
    current: ClimateAccount | None
    before: ClimateAccount | None
    revision: int


async def record(
    session: AsyncSession,
    actor: Actor | None,
    organisation_id: UUID,
    given: AccountIn,
    *,
    source: Source | None = None,
) -> ClimateAccount:
    """Enter an account, or a new version of it; what changes nothing makes none. Letters about it are called back.

    `source` is told from who acts where it is not given. Raises NotFound, and what :func:`delivered` refuses.
    """
    organisation = await organisation_of(session, organisation_id, to_change=True)
    standing = (await standings(session, {organisation.id: given.year}))[organisation.id]
    made = delivered(actor, standing, given, source=source)
    if made is not standing.current:
        await enter(session, actor, [(standing, made)])
    return made


async def standings(session: AsyncSession, years: Mapping[UUID, int]) -> dict[UUID, Standing]:
    """Return where organisations stand, each before its account for a year of its own. They are locked by whoever asks."""
    ids, asked = list(years), set(years.values())
    regions = await regions_of(session, ids)
    accounts = await accounts_in_force(session, ids, asked | {year - 1 for year in asked})
    last = await last_revisions(session, ids, asked)
    return {
        one: Standing(
            one, regions[one], accounts.get((one, year)), accounts.get((one, year - 1)), last.get((one, year), 0)
        )
        for one, year in years.items()
    }


def delivered(
    actor: Actor | None,
    standing: Standing,
    given: AccountIn,
    *,
    source: Source | None = None,
    import_id: UUID | None = None,
) -> ClimateAccount:
    """Return the account that `given` makes, yet to be entered; the one in force where nothing differs.

    Raises Forbidden, YearNotOver, NothingReported, Stale, and Unlikely where a doubtful figure is not confirmed with a note.
    """
    here = about(*standing.regions, organisation_id=standing.organisation_id)
    signed_in = require(actor, "obligation.deliver", here)
    if given.year >= now().astimezone(OSLO).year:
        raise YearNotOver(field="year")
    values, current = given.model_dump(include=set(FIELDS)), standing.current
    if all(values[name] is None for name in FIGURES):
        raise NothingReported(field="scope1")
    if given.revision is not None and given.revision != (current.revision if current else 0):
        raise Stale
    if current is not None and all(getattr(current, name) == value for name, value in values.items()):
        return current
    _likely(given, standing)
    return ClimateAccount(
        **values,
        organisation_id=standing.organisation_id,
        year=given.year,
        revision=standing.revision + 1,
        source=source or ("staff" if can(actor, "obligation.manage", here) else "self"),
        note=given.note,
        import_id=import_id,
        delivered_by=signed_in.person_id,
    )


async def enter(
    session: AsyncSession, actor: Actor | None, accounts: Sequence[tuple[Standing, ClimateAccount]]
) -> None:
    """Enter new accounts, each in the place of the one in force before, and call back the letters about them."""
    for standing, _made in accounts:
        if standing.current is not None:
            standing.current.supersede()
            session.add(standing.current)
    await session.flush()
    session.add_all(made for _standing, made in accounts)
    await session.flush()
    for standing, made in accounts:
        _note(session, actor, standing.current, made, standing.regions)
    await withdraw(
        session, LETTERS, *(account_subject(made.organisation_id, made.year) for _standing, made in accounts)
    )


def _likely(given: AccountIn, standing: Standing) -> None:
    figures = {name: getattr(given, name) for name in FIGURES}
    kept = standing.current.figures if standing.current else {}
    earlier = standing.before.figures if standing.before else {}
    found = [doubt for doubt in doubts(figures, earlier) if kept.get(doubt.figure) != doubt.value]
    if found and not (given.confirmed and given.note):
        raise Unlikely(found)


def _note(
    session: AsyncSession,
    actor: Actor | None,
    before: ClimateAccount | None,
    after: ClimateAccount,
    regions: Sequence[str],
) -> None:
    left_out = ("organisation_id", "superseded_at", "delivered_at", "delivered_by")
    earlier = audit.snapshot(before, leave_out=left_out) if before else None
    what = audit.Subject("account", after.organisation_id, regions)
    deed = "account.corrected" if before else "account.delivered"
    audit.note(session, actor, deed, what, earlier, audit.snapshot(after, leave_out=left_out))
