"""The annual round: planned, opened on its day, and asking until the account arrives, the round closes or somebody makes an exception."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import RoundNotRunning, RoundTaken, Stale
from services.partners.models import Organisation, Round, RoundException
from services.partners.models.accounts import account_subject
from services.partners.models.rounds import NUDGES, ExceptionKind
from services.partners.queries import organisation as organisation_of
from services.partners.queries import regions_of
from services.partners.queries.rounds import Due, exceptions_in, letters_due, round_for, round_of, to_open
from services.partners.schedule import LATE
from services.partners.schemas.rounds import ExceptionIn, RoundIn
from services.partners.usecases.accounts import LETTERS
from services.partners.usecases.entering import uniquely
from services.partners.usecases.letters import ask, withdraw
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import about, require
from shared.clock import now, today_in_norway
from shared.contracts.partners import LetterContent

FIELDS = ("year", "opens_on", "deadline", "nudges", "region_after", "national_after")


def proposed(year: int) -> RoundIn:
    """Return the round we propose for the accounts of `year`: from the first working days of the year after, to the end of March."""
    return RoundIn(year=year, opens_on=date(year + 1, 1, 2), deadline=date(year + 1, 3, 31), nudges=list(NUDGES))


async def plan(session: AsyncSession, actor: Actor | None, given: RoundIn) -> Round:
    """Plan a round; raises Forbidden, RoundTaken."""
    require(actor, "round.manage", about(national=True))
    made = Round(**given.model_dump(include=set(FIELDS)))
    async with uniquely(session, lambda: _free(session, given.year, None)):
        session.add(made)
    audit.note(session, actor, "round.planned", audit.Subject("round", made.id), None, audit.snapshot(made))
    return made


async def edit(session: AsyncSession, actor: Actor | None, round_id: UUID, given: RoundIn) -> Round:
    """Change a round; raises NotFound, Forbidden, Stale, RoundTaken, RoundNotPlanned, RoundNotRunning."""
    require(actor, "round.manage", about(national=True))
    found = await round_of(session, round_id, to_change=True)
    if given.version is not None and given.version != found.version:
        raise Stale
    before = audit.snapshot(found)
    async with uniquely(session, lambda: _free(session, given.year, found)):
        found.become(given.model_dump(include=set(FIELDS)))
    audit.note(session, actor, "round.edited", audit.Subject("round", found.id), before, audit.snapshot(found))
    return found


async def open_now(session: AsyncSession, actor: Actor | None, round_id: UUID) -> Round:
    """Open a round ahead of its day; raises NotFound, Forbidden, RoundNotPlanned."""
    require(actor, "round.manage", about(national=True))
    return await _move(session, actor, await round_of(session, round_id, to_change=True), "opened")


async def close(session: AsyncSession, actor: Actor | None, round_id: UUID) -> Round:
    """Close a round, so that nobody is asked any more; raises NotFound, Forbidden, RoundNotRunning."""
    require(actor, "round.manage", about(national=True))
    return await _move(session, actor, await round_of(session, round_id, to_change=True), "closed")


async def open_due(session: AsyncSession, moment: datetime) -> list[Round]:
    """Open the rounds whose day has come in Norway; returns them."""
    due = select(Round).where(to_open(moment)).with_for_update()
    return [await _move(session, None, one, "opened") for one in (await session.exec(due)).all()]


async def nudge(session: AsyncSession, round_id: UUID, organisation_ids: Collection[UUID]) -> int:
    """Ask for the letters that are due to these organisations now; returns how many.

    They are locked first, as where an account is recorded: what arrives is either seen here, or calls back what was asked.
    """
    locked = select(Organisation.id).where(col(Organisation.id).in_(organisation_ids)).order_by(col(Organisation.id))
    await session.exec(locked.with_for_update())
    round_ = await round_of(session, round_id)
    asked = 0
    for due in await letters_due(session, round_, now(), organisation_ids):
        asked += await _ask(session, round_.year, due)
    return asked


async def make_exception(
    session: AsyncSession, actor: Actor | None, round_id: UUID, organisation_id: UUID, given: ExceptionIn
) -> RoundException:
    """Give an organisation more time, or let it off this round; takes the place of what was decided before. Letters are called back.

    Raises NotFound, Forbidden, RoundNotRunning where the round is closed.
    """
    organisation = await organisation_of(session, organisation_id, to_change=True)
    regions = (await regions_of(session, [organisation.id]))[organisation.id]
    signed_in = require(actor, "obligation.manage", about(*regions, organisation_id=organisation.id))
    round_ = await round_of(session, round_id)
    if round_.status == "closed":
        raise RoundNotRunning
    before = await _lifted(session, round_.id, organisation.id)
    made = RoundException(
        round_id=round_.id,
        organisation_id=organisation.id,
        kind=given.kind,
        until=given.until,
        reason=given.reason,
        decided_by=signed_in.person_id,
    )
    session.add(made)
    await session.flush()
    deeds: dict[ExceptionKind, str] = {"postponed": "account.postponed", "exempted": "account.exempted"}
    what = audit.Subject("account", organisation.id, regions)
    audit.note(session, actor, deeds[made.kind], what, before, {"year": round_.year, **_decided(made)})
    await withdraw(session, LETTERS, account_subject(organisation.id, round_.year))
    return made


async def lift_exception(session: AsyncSession, actor: Actor | None, round_id: UUID, organisation_id: UUID) -> None:
    """End what was decided for an organisation; raises NotFound, Forbidden. Where nothing was, nothing changes."""
    organisation = await organisation_of(session, organisation_id, to_change=True)
    regions = (await regions_of(session, [organisation.id]))[organisation.id]
    require(actor, "obligation.manage", about(*regions, organisation_id=organisation.id))
    round_ = await round_of(session, round_id)
    if before := await _lifted(session, round_.id, organisation.id):
        what = audit.Subject("account", organisation.id, regions)
        audit.note(session, actor, "account.exception-lifted", what, before, {})


async def _ask(session: AsyncSession, year: int, due: Due) -> bool:
    content = LetterContent(
        organisation_id=due.organisation.id,
        organisation=due.organisation.name,
        year=year,
        deadline=due.deadline,
        days_left=(due.deadline - today_in_norway(now())).days,
    )
    subject = account_subject(due.organisation.id, year)
    letter = await ask(session, due.person, due.kind, subject, occasion=due.occasion, content=content, lasts=LATE)
    return letter is not None


async def _move(session: AsyncSession, actor: Actor | None, found: Round, deed: str) -> Round:
    before = audit.snapshot(found)
    if deed == "opened":
        found.open()
    else:
        found.close()
    session.add(found)
    await session.flush()
    audit.note(session, actor, f"round.{deed}", audit.Subject("round", found.id), before, audit.snapshot(found))
    return found


async def _lifted(session: AsyncSession, round_id: UUID, organisation_id: UUID) -> dict[str, object]:
    before = (await exceptions_in(session, [round_id], [organisation_id])).get((round_id, organisation_id))
    if before is None:
        return {}
    before.lift()
    session.add(before)
    await session.flush()
    return _decided(before)


def _decided(exception: RoundException) -> dict[str, object]:
    return {"kind": exception.kind, "until": exception.until, "reason": exception.reason}


async def _free(session: AsyncSession, year: int, own: Round | None) -> None:
    other = await round_for(session, year)
    if other is not None and other is not own:
        raise RoundTaken(field="year", year=year)
