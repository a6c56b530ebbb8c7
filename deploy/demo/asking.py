"""The annual rounds of the demo: those that are over, and the newest, which is past its deadline while some still owe their account."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from deploy.demo.delivering import deliver
from deploy.demo.dice import Dice
from deploy.demo.world import World
from services.partners.models import Letter, Organisation, Person, Round, RoundException
from services.partners.models.accounts import account_subject
from services.partners.models.rounds import NUDGES
from services.partners.queries.contacts import contacts_of
from services.partners.schedule import LATE, working_day
from shared.clock import OSLO
from shared.contracts.partners import LetterKind

USUAL: Final = {"region_after": 14, "national_after": 45}
LONG_PAST: Final = timedelta(days=60)
REASONS: Final = (
    "Venter på tall fra kraftleverandøren.",
    "Bytter regnskapsverktøy, og trenger noen uker til.",
    "Ny klimaansvarlig fra nyttår.",
    "Gårdeier har ikke levert energitallene ennå.",
)
LET_OFF: Final = ("Fusjonerer, og leverer samlet for neste år.", "Hadde ingen drift i året.")


def newest_round(today: date) -> Round:
    """Return the round for last year's accounts: open, and past its deadline.

    Early in the year the deadline is earlier than it would be, and the registry's patience shorter, so that there is something to see.
    """
    usual, first = date(today.year, 3, 31), date(today.year, 1, 3)
    deadline = max(first, min(usual, today - LONG_PAST))
    age = max(0, (today - deadline).days)
    made = _round(today.year - 1, deadline)
    made.region_after, made.national_after = (min(days, age) for days in USUAL.values())
    made.status, made.opened_at = "open", _morning(made.opens_on)
    return made


def past_rounds(today: date) -> Iterator[Round]:
    """Yield the two rounds before it, closed."""
    for year in (today.year - 3, today.year - 2):
        made = _round(year, date(year + 1, 3, 31))
        made.status, made.opened_at = "closed", _morning(made.opens_on)
        made.closed_at = _morning(date(year + 1, 6, 15))
        yield made


def exception(dice: Dice, who: str, organisation_id: UUID, round_: Round, today: date) -> RoundException | None:
    """Return what was decided for one that owes its account; None for those that simply have not delivered.

    None of the new deadlines has a reminder that is due while the demo starts.
    """
    roll, days = dice.roll("exception", who), dice.roll("exception days", who)
    made = RoundException(
        round_id=round_.id,
        organisation_id=organisation_id,
        kind="postponed",
        reason=dice.pick(REASONS, "exception reason", who),
        decided_at=_morning(working_day(round_.deadline - timedelta(days=9))),
    )
    if roll < 0.08:
        made.kind, made.reason = "exempted", dice.pick(LET_OFF, "let off", who)
    elif roll < 0.2:
        made.until = today + timedelta(days=round(12 + 13 * days))
    elif roll < 0.55:
        made.until = today - timedelta(days=round(27 + 17 * days))
    else:
        return None
    return made if made.until is None or made.until > round_.deadline else None


async def ask(world: World) -> Round:
    """Enter the rounds and accounts, what was decided in the newest, and each letter it has sent to those who still owe."""
    session, round_ = world.session, newest_round(world.today)
    session.add_all([*past_rounds(world.today), round_])
    delivered = deliver(world, round_)
    await session.flush()
    owing = {who: firm for who, firm in world.firms.items() if firm.id not in delivered}
    contacts = await contacts_of(session, [firm.id for firm in owing.values()])
    for who, firm in owing.items():
        made = exception(world.dice, who, firm.id, round_, world.today) if firm.status == "active" else None
        if made is not None:
            session.add(made)
        deadline = made.until if made and made.until else round_.deadline
        for person in contacts[firm.id]:
            session.add_all(_letters(person, firm, round_, deadline, world.today))
    return round_


def _letters(person: Person, firm: Organisation, round_: Round, deadline: date, today: date) -> Iterator[Letter]:
    """Yield what the round has written so far, as its clock would have."""
    opened = working_day(round_.opens_on)
    if opened < today:
        yield _letter(person, firm, round_.year, "account_opened", "", opened)
    for days in NUDGES:
        day = deadline + timedelta(days=days)
        if opened < working_day(day) <= today:
            kind: LetterKind = "account_reminder" if days < 0 else "account_overdue"
            yield _letter(person, firm, round_.year, kind, day.isoformat(), working_day(day))


def _letter(person: Person, firm: Organisation, year: int, kind: LetterKind, occasion: str, day: date) -> Letter:
    return Letter(
        person_id=person.id,
        kind=kind,
        subject_id=account_subject(firm.id, year),
        occasion=occasion,
        asked_at=_morning(day),
        not_after=_morning(day) + LATE,
    )


def _round(year: int, deadline: date) -> Round:
    return Round(year=year, opens_on=date(year + 1, 1, 2), deadline=deadline)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8, 5), OSLO)
