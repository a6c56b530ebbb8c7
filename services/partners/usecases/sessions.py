"""Sessions: how they start, go on and end. What somebody may do is not in them, but asked at each request."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Method, Person, SecondStep, Session
from services.partners.queries import grants_of, regions_of_people
from services.partners.sign_in_errors import AttemptGone
from shared import audit
from shared.auth.actor import Actor, Grant
from shared.auth.ending import note_ended
from shared.auth.session import ALGORITHM, LIFETIME
from shared.clock import now
from shared.contracts.partners import SessionEnded
from shared.contracts.vocabulary import Role
from shared.errors import NotFound
from shared.outbox import record

SESSIONS_KEPT = timedelta(days=90)
STEP_LASTS = timedelta(minutes=15)


@dataclass(frozen=True)
class Entry:
    """How and where somebody comes in: `browser` is the digest of its cookie, `agent` what it calls itself, `back` where it goes.

    `strong` says that more than a mailbox stands behind it: a passkey, or an issuer that asks for a second factor.
    """

    method: Method
    browser: str = ""
    agent: str = ""
    back: str = "/"
    strong: bool = False
    issuer: str = ""
    issuer_session: str = ""


async def enter(session: AsyncSession, person: Person, entry: Entry, needing: Collection[Role]) -> Session | SecondStep:
    """Start a session, or where the person holds a role of `needing` and the entry is not strong, have them show a passkey first."""
    if entry.strong or entry.method == "demo" or not await needs_passkey(session, person.id, needing):
        return await start(session, person, entry)
    await session.exec(sa.delete(SecondStep).where(col(SecondStep.expires_at) < now() - timedelta(days=1)))
    step = SecondStep(
        person_id=person.id,
        browser=entry.browser,
        method=entry.method,
        issuer=entry.issuer,
        issuer_session=entry.issuer_session,
        back=entry.back,
        expires_at=now() + STEP_LASTS,
    )
    session.add(step)
    await session.flush()
    return step


async def needs_passkey(session: AsyncSession, person_id: UUID, needing: Collection[Role]) -> bool:
    """Whether a person holds a role that is not given to a mailbox alone."""
    return any(grant.role in needing for grant in (await grants_of(session, [person_id]))[person_id])


async def open_step(session: AsyncSession, browser: str, *, to_change: bool = False) -> SecondStep:
    """Return the sign-in that waits for a passkey in this browser; raises AttemptGone."""
    query = select(SecondStep).where(
        SecondStep.browser == browser, col(SecondStep.done_at).is_(None), col(SecondStep.expires_at) > now()
    )
    newest = query.order_by(col(SecondStep.id).desc()).limit(1)
    found = (await session.exec(newest.with_for_update() if to_change else newest)).first() if browser else None
    if found is None:
        raise AttemptGone
    return found


async def finish(session: AsyncSession, step: SecondStep, agent: str) -> Session:
    """Make a session of a sign-in whose passkey was shown; raises AttemptGone where the person is no longer active."""
    person = await session.get(Person, step.person_id)
    if person is None or not person.active:
        raise AttemptGone
    step.done_at = now()
    session.add(step)
    entry = Entry(step.method, step.browser, agent, step.back, True, step.issuer, step.issuer_session)
    return await start(session, person, entry)


async def start(session: AsyncSession, person: Person, entry: Entry | None = None) -> Session:
    """Start a session for a person, and note that they were seen."""
    entry = entry or Entry("link")
    await session.exec(sa.delete(Session).where(col(Session.started_at) < now() - SESSIONS_KEPT))
    made = Session(
        person_id=person.id,
        method=entry.method,
        strong=entry.strong,
        agent=entry.agent[:60],
        issuer=entry.issuer,
        issuer_session=entry.issuer_session,
    )
    session.add(made)
    person.seen(by_link=entry.method == "link")
    session.add(person)
    await session.flush()
    after = {"method": made.method, "agent": made.agent, "strong": made.strong}
    audit.note(session, by_self(person, made.id), "session.started", await subject_of(session, person), after=after)
    return made


async def renew(
    session: AsyncSession, session_id: UUID, idle: timedelta, absolute: timedelta, needing: Collection[Role] = ()
) -> Actor | None:
    """Return the actor of a session that still lasts; None where it is over.

    It is also over for somebody who since got a role of `needing`, where nothing but a mailbox stands behind it.
    """
    found = await session.get(Session, session_id, with_for_update=True)
    if found is None or not found.lasts(idle, absolute):
        return None
    person = await session.get(Person, found.person_id)
    if person is None or not person.active:
        return None
    if not found.strong and found.method != "demo" and await needs_passkey(session, person.id, needing):
        return None
    found.used_at = now()
    person.seen()
    session.add_all([found, person])
    return await actor_of(session, person, found.id)


async def end(session: AsyncSession, session_id: UUID) -> Session | None:
    """End a session, here at once and everywhere by a fact; returns it where it is known."""
    found = await session.get(Session, session_id, with_for_update=True)
    if found is not None:
        await _end(session, found)
    return found


async def end_own(session: AsyncSession, actor: Actor, session_id: UUID) -> None:
    """End one of the actor's own sessions; raises NotFound where it is not theirs."""
    found = await session.get(Session, session_id, with_for_update=True)
    if found is None or found.person_id != actor.person_id:
        raise NotFound
    await _end(session, found)


async def end_all(session: AsyncSession, person_id: UUID, *, but: UUID | None = None) -> int:
    """End every session of a person, but for one where it is named; returns how many."""
    query = select(Session).where(Session.person_id == person_id, col(Session.ended_at).is_(None))
    if but is not None:
        query = query.where(Session.id != but)
    found = (await session.exec(query.order_by(col(Session.id)).with_for_update())).all()
    for one in found:
        await _end(session, one)
    steps = sa.update(SecondStep).where(col(SecondStep.person_id) == person_id, col(SecondStep.done_at).is_(None))
    await session.exec(steps.values(done_at=now()))
    return len(found)


async def end_of_issuer(session: AsyncSession, issuer: str, issuer_session: str, person_id: UUID | None) -> int:
    """End the sessions an issuer says are over: the one it names, or all it started for a person; returns how many."""
    query = select(Session).where(Session.issuer == issuer, col(Session.ended_at).is_(None))
    if issuer_session:
        query = query.where(Session.issuer_session == issuer_session)
    if person_id is not None:
        query = query.where(Session.person_id == person_id)
    found = (await session.exec(query.order_by(col(Session.id)).with_for_update())).all()
    for one in found:
        await _end(session, one)
    return len(found)


async def sessions_of(session: AsyncSession, person_id: UUID, idle: timedelta, absolute: timedelta) -> list[Session]:
    """Return the sessions of a person that still last, the one used last first."""
    query = select(Session).where(Session.person_id == person_id, col(Session.ended_at).is_(None))
    found = (await session.exec(query.order_by(col(Session.used_at).desc(), col(Session.id)))).all()
    return [one for one in found if one.lasts(idle, absolute)]


async def actor_of(session: AsyncSession, person: Person, session_id: UUID) -> Actor:
    """Return who a person is in a session: their name and the grants they hold today."""
    held = (await grants_of(session, [person.id]))[person.id]
    grants = tuple(Grant(grant.role, grant.region, grant.organisation_id, grant.group_id) for grant in held)
    return Actor(person.id, session_id, person.name, grants, version=person.version)


def by_self(person: Person, session_id: UUID) -> Actor:
    """Return a person as the one who does what is noted of them."""
    return Actor(person.id, session_id, person.name)


async def subject_of(session: AsyncSession, person: Person) -> audit.Subject:
    """Return a person as what an entry of the audit is about."""
    grants = await grants_of(session, [person.id])
    return audit.Subject("person", person.id, (await regions_of_people(session, [person], grants))[person.id])


def session_of(key: OKPKey, token: str) -> UUID | None:
    """Return the session a token was issued in, even where its own time is over; None where it is forged or no session's."""
    try:
        claims = jwt.decode(token, key, algorithms=[ALGORITHM]).claims
        return UUID(claims["sid"]) if claims["aud"] == "session" else None
    except (JoseError, KeyError, ValueError, TypeError, AttributeError):
        return None


async def _end(session: AsyncSession, found: Session) -> None:
    if found.end():
        session.add(found)
        # No token is issued in it any more, and those out there live no longer than this.
        fact = SessionEnded(session_id=found.id, expires_at=now() + 2 * LIFETIME, version=1)
        await record(session, fact)
        await note_ended(session, fact)
