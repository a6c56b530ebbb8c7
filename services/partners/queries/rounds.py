"""Questions about the annual round: who takes part, whose account is missing, and which letters are due."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners import lights, schedule
from services.partners.models import ClimateAccount, Letter, Membership, Organisation, Person, Round, RoundException
from services.partners.models.accounts import account_subject
from services.partners.queries.contacts import contacts_of
from services.partners.queries.dated import member_on
from shared.clock import today_in_norway
from shared.contracts.partners import LetterKind
from shared.errors import NotFound

ASKED = ("shadow", "active")
"""Organisations of these kinds are asked for accounts; one that is paused is not."""


@dataclass(frozen=True)
class Missing:
    """An organisation whose account is missing, when it is due, and the exception that says so."""

    organisation: Organisation
    due: lights.Due
    exception: RoundException | None = None

    @property
    def spared_until(self) -> date:
        """The day on which it was given more time: what was due until then is not asked again."""
        return today_in_norway(self.exception.decided_at) if self.exception else date.min


@dataclass(frozen=True)
class Due:
    """A letter that should be asked for now."""

    person: Person
    organisation: Organisation
    kind: LetterKind
    occasion: str
    deadline: date


async def round_of(session: AsyncSession, round_id: UUID, *, to_change: bool = False) -> Round:
    """Return a round; raises NotFound."""
    found = await session.get(Round, round_id, with_for_update=to_change or None)
    if found is None:
        raise NotFound
    return found


async def round_for(session: AsyncSession, year: int) -> Round | None:
    """Return the round for the accounts of `year`."""
    return (await session.exec(select(Round).where(Round.year == year))).one_or_none()


async def all_rounds(session: AsyncSession) -> Sequence[Round]:
    """Return every round, newest year first."""
    return (await session.exec(select(Round).order_by(col(Round.year).desc()))).all()


async def open_rounds(session: AsyncSession) -> Sequence[Round]:
    """Return the rounds that ask."""
    return (await session.exec(select(Round).where(Round.status == "open").order_by(col(Round.year)))).all()


def to_open(moment: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that a round's day has come in Norway, and it has not begun."""
    return sa.and_(col(Round.status) == "planned", col(Round.opens_on) <= today_in_norway(moment))


async def any_to_open(session: AsyncSession, moment: datetime) -> bool:
    """Whether a round should begin."""
    return (await session.exec(select(Round.id).where(to_open(moment)).limit(1))).first() is not None


async def exceptions_in(
    session: AsyncSession, round_ids: Collection[UUID], organisation_ids: Collection[UUID] | None = None
) -> dict[tuple[UUID, UUID], RoundException]:
    """Return the exceptions in force, by round and organisation."""
    query = select(RoundException).where(
        col(RoundException.round_id).in_(round_ids), col(RoundException.lifted_at).is_(None)
    )
    if organisation_ids is not None:
        query = query.where(col(RoundException.organisation_id).in_(organisation_ids))
    return {(one.round_id, one.organisation_id): one for one in (await session.exec(query)).all()}


def due_of(round_: Round, exception: RoundException | None) -> lights.Due:
    """Return when an organisation's account is due in a round."""
    if exception is None:
        return lights.Due(round_.opens_on, round_.deadline)
    if exception.kind == "exempted":
        return lights.Due(round_.opens_on, round_.deadline, exempted=exception.reason)
    return lights.Due(round_.opens_on, exception.until or round_.deadline, postponed=True)


def asked_in(round_: Round, day: date) -> sa.ColumnElement[bool]:
    """Return the condition that an organisation takes part: a member of a region on `day`, and, once the deadline has passed, then.

    The regions may be others: who is moved from one to the next takes part as before.
    """
    then = min(day, round_.deadline)
    members = (sa.select(col(Membership.organisation_id)).where(member_on(one)) for one in (day, then))
    return sa.and_(col(Organisation.status).in_(ASKED), *(col(Organisation.id).in_(one) for one in members))


def told_on(round_: Round, today: date) -> date:
    """Return the day whose members and regions a round is told of: today, and the day it closed once it has."""
    return min(today, today_in_norway(round_.closed_at)) if round_.closed_at else today


def delivered_for(year: int) -> sa.ColumnElement[bool]:
    """Return the condition that an organisation has delivered for `year`."""
    return sa.exists().where(
        col(ClimateAccount.organisation_id) == col(Organisation.id),
        col(ClimateAccount.year) == year,
        col(ClimateAccount.superseded_at).is_(None),
    )


async def missing(
    session: AsyncSession, round_: Round, today: date, organisation_ids: Collection[UUID] | None = None
) -> list[Missing]:
    """Return those who take part and have neither delivered nor been let off, by name."""
    query = select(Organisation).where(asked_in(round_, today), sa.not_(delivered_for(round_.year)))
    if organisation_ids is not None:
        query = query.where(col(Organisation.id).in_(organisation_ids))
    found = (await session.exec(query.order_by(col(Organisation.name_order), col(Organisation.id)))).all()
    exceptions = await exceptions_in(session, [round_.id])
    held = [(one, exceptions.get((round_.id, one.id))) for one in found]
    return [
        Missing(one, due_of(round_, exception), exception)
        for one, exception in held
        if exception is None or exception.kind != "exempted"
    ]


async def letters_due(
    session: AsyncSession, round_: Round, moment: datetime, organisation_ids: Collection[UUID] | None = None
) -> list[Due]:
    """Return the letters that should be asked for at `moment`: none outside working hours, and none that was asked for before."""
    if round_.status != "open" or not schedule.asks_now(moment):
        return []
    today = today_in_norway(moment)
    waited_for = await missing(session, round_, today, organisation_ids)
    ids = [one.organisation.id for one in waited_for]
    contacts = await contacts_of(session, ids)
    written = await _last_written(session, [account_subject(one, round_.year) for one in ids])
    return [
        letter
        for one in waited_for
        for person in contacts[one.organisation.id]
        if (letter := _letter(round_, one, person, written, today))
    ]


def _letter(
    round_: Round, one: Missing, person: Person, written: dict[tuple[UUID, UUID], date], today: date
) -> Due | None:
    deadline = one.due.deadline
    last = written.get((person.id, account_subject(one.organisation.id, round_.year)))
    if last is None and today <= deadline:
        return Due(person, one.organisation, "account_opened", "", deadline)
    nudge = schedule.nudge_due(deadline, round_.nudges, today)
    if nudge is None or max(last or date.min, one.spared_until) >= nudge.sent_on:
        return None
    kind: LetterKind = "account_overdue" if nudge.overdue else "account_reminder"
    return Due(person, one.organisation, kind, nudge.occasion, deadline)


async def _last_written(session: AsyncSession, subjects: Collection[UUID]) -> dict[tuple[UUID, UUID], date]:
    query = (
        sa.select(col(Letter.person_id), col(Letter.subject_id), sa.func.max(col(Letter.asked_at)))
        .where(col(Letter.subject_id).in_(subjects))
        .group_by(col(Letter.person_id), col(Letter.subject_id))
    )
    rows: Sequence[Any] = (await (await session.connection()).execute(query)).all()
    return {(person_id, subject_id): today_in_norway(at) for person_id, subject_id, at in rows}


@dataclass(frozen=True)
class Progress:
    """How far a round has come in a region (all of them, for None): organisations by how they stand."""

    region: str | None
    delivered: int
    missing: int
    postponed: int
    exempted: int

    @property
    def asked(self) -> int:
        """How many take part."""
        return self.delivered + self.missing + self.postponed + self.exempted


async def progress(session: AsyncSession, round_: Round, today: date) -> list[Progress]:
    """Return how far a round has come: first in all, then in each region by slug. One who is partner in two is counted in both.

    One that is closed is told of by the regions of that day, whatever became of them.
    """
    day = told_on(round_, today)
    delivered = sa.case((delivered_for(round_.year), 1), else_=0)
    query = (
        sa.select(col(Membership.region), col(Organisation.id), delivered)
        .join(Organisation, col(Organisation.id) == Membership.organisation_id)
        .where(asked_in(round_, day), member_on(day))
    )
    rows: Sequence[Any] = (await (await session.connection()).execute(query)).all()
    exceptions = {key[1]: one.kind for key, one in (await exceptions_in(session, [round_.id])).items()}
    states = {(region, one): "delivered" if done else exceptions.get(one, "missing") for region, one, done in rows}
    by_region: dict[str | None, dict[UUID, str]] = {None: {}}
    for (region, one), state in sorted(states.items(), key=lambda item: item[0][0]):
        by_region.setdefault(region, {})[one] = state
        by_region[None][one] = state
    return [_counted(region, list(found.values())) for region, found in by_region.items()]


def _counted(region: str | None, states: list[str]) -> Progress:
    return Progress(region, *(states.count(one) for one in ("delivered", "missing", "postponed", "exempted")))
