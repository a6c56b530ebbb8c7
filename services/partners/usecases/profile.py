"""What people change of themselves: what they tell, and the address they are written to."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import Stale
from services.partners.models import Letter, Person
from services.partners.people_errors import AddressGone, AddressSame, TooOften
from services.partners.queries import person as person_of
from services.partners.queries import regions_answering
from services.partners.schemas.people import ProfileIn
from services.partners.usecases import letters
from services.partners.usecases.entering import uniquely
from services.partners.usecases.people import snapshot, unused
from services.partners.usecases.sign_in import end_all
from services.partners.usecases.statements import state_people
from shared import audit
from shared.auth.actor import Actor
from shared.auth.links import digest, secret
from shared.auth.policy import require
from shared.clock import now
from shared.contracts.notifier import AddressRefused
from shared.contracts.partners import LetterKind
from shared.errors import Conflict
from shared.ids import new_id

__all__ = ["confirm", "edit", "forget_wishes", "note_refused", "wish"]

PURPOSE = "confirm-email"
LETTER: Final[LetterKind] = "confirm_email"
LASTS = timedelta(hours=24)
MOST_AN_HOUR = 5
FIELDS = ("name", "language", "title", "phone", "focus_areas")


async def edit(session: AsyncSession, actor: Actor | None, given: ProfileIn) -> Person:
    """Change what somebody tells of themselves; raises SignInNeeded, NotFound, Stale."""
    found = await person_of(session, require(actor, "profile.edit").person_id, to_change=True)
    if given.version != found.version:
        raise Stale
    before = snapshot(found)
    found.become(given.model_dump(include={*FIELDS}))
    await _noted(session, actor, found, "person.edited", before)
    await state_people(session, [found])
    return found


async def wish(session: AsyncSession, actor: Actor | None, key: bytes, email: str) -> None:
    """Have a link sent to an address somebody wants to be written to; theirs stays until it is used.

    Nothing tells whether another has the address: the link goes out alike, and it is refused when it is used.
    Raises SignInNeeded, Forbidden for a program, NotFound, AddressSame, TooOften.
    """
    found = await person_of(session, require(actor, "account.secure").person_id, to_change=True)
    if email == found.email:
        raise AddressSame(field="email")
    if await _asked_lately(session, found.id) >= MOST_AN_HOUR:
        raise TooOften(field="email")
    before = snapshot(found)
    found.wishes(email, now() + LASTS)
    await _noted(session, actor, found, "person.address-wished", before)
    # Said first, so that whoever sends the letter knows where to.
    await state_people(session, [found])
    await letters.withdraw(session, [LETTER], found.id)
    letter_id = await letters.ask(session, found, LETTER, found.id, occasion=new_id().hex, lasts=LASTS)
    if letter_id is not None:
        found.pending_digest = digest(secret(key, PURPOSE, letter_id))
        session.add(found)


async def confirm(session: AsyncSession, token: str) -> Person:
    """Make the address a link was sent to its person's, and end their sessions; raises AddressGone, whatever the reason."""
    query = select(Person).where(Person.pending_digest == digest(token)).with_for_update()
    found = (await session.exec(query)).one_or_none()
    if found is None or not found.active or found.pending_email is None:
        raise AddressGone
    before, wished = snapshot(found), found.pending_email
    if found.pending_until is None or found.pending_until <= now():
        raise AddressGone
    try:
        async with uniquely(session, lambda: unused(session, wished, None, found)):
            found.confirm()
            found.seen()
    except Conflict as taken:
        raise AddressGone from taken
    await end_all(session, found.id)
    await _noted(session, None, found, "person.address-confirmed", before)
    await state_people(session, [found])
    return found


async def forget_wishes(session: AsyncSession) -> int:
    """Forget the addresses that were not confirmed in time; returns how many."""
    query = select(Person).where(col(Person.pending_until) <= now()).with_for_update(skip_locked=True)
    found = (await session.exec(query)).all()
    for person in found:
        person.forget_wish()
        session.add(person)
    await state_people(session, found)
    return len(found)


async def note_refused(session: AsyncSession, fact: AddressRefused) -> None:
    """Have staff put an address right that its mail server refused; what was said of an older address is ignored."""
    found = await session.get(Person, fact.person_id, with_for_update=True)
    if found is None or not found.active:
        return
    before = snapshot(found)
    if found.refused(fact.at, fact.reply, fact.version):
        session.add(found)
        await _noted(session, None, found, "person.address-refused", before)


async def _asked_lately(session: AsyncSession, person_id: UUID) -> int:
    query = (
        select(func.count())
        .select_from(Letter)
        .where(
            Letter.person_id == person_id,
            Letter.kind == LETTER,
            col(Letter.asked_at) > now() - timedelta(hours=1),
        )
    )
    return (await session.exec(query)).one()


async def _noted(
    session: AsyncSession, actor: Actor | None, found: Person, action: str, before: dict[str, Any]
) -> None:
    regions = (await regions_answering(session, [found]))[found.id]
    audit.note(session, actor, action, audit.Subject("person", found.id, regions), before, snapshot(found))
