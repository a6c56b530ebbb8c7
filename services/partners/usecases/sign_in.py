"""Signing in by a link, and the sessions that follow."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import LinkSpent
from services.partners.models import Person, Session, SignInRequest
from services.partners.queries import grants_of, person_by_email
from services.partners.usecases.asking import seldom_enough
from shared.auth.actor import Actor, Grant
from shared.auth.ending import note_ended
from shared.auth.links import digest, secret
from shared.auth.session import ALGORITHM, LIFETIME
from shared.clock import now
from shared.contracts.partners import SessionEnded, SignInRequested
from shared.outbox import record

PURPOSE = "sign-in"
HOLD = timedelta(minutes=1)
REQUESTS_KEPT = timedelta(days=1)
SESSIONS_KEPT = timedelta(days=90)
MOST_BACK = 500


async def request(session: AsyncSession, key: bytes, email: str, client: str, minutes: int, back: str = "/") -> None:
    """Have a link sent to whoever has this address, good for `minutes`, that leads to `back`.

    Nothing tells an unknown address from a known one, nor one that asks too often: `client` is where the request came from.
    """
    if not await seldom_enough(session, key, email, client):
        return
    person = await person_by_email(session, email, to_change=True)
    if person is None or not person.active or await _asked_just_now(session, person):
        return
    await session.exec(sa.delete(SignInRequest).where(col(SignInRequest.expires_at) < now() - REQUESTS_KEPT))
    moment = now()
    made = SignInRequest(
        person_id=person.id, digest="", asked_at=moment, expires_at=moment + timedelta(minutes=minutes)
    )
    made.digest = digest(secret(key, PURPOSE, made.id))
    made.back = back if len(back) <= MOST_BACK else "/"
    session.add(made)
    fact = SignInRequested(
        request_id=made.id, person_id=person.id, language=person.language, expires_at=made.expires_at, version=1
    )
    await record(session, fact)


async def spend(session: AsyncSession, token: str) -> tuple[Person, Session, str]:
    """Use a link up and start a session; returns also where the link leads to. Raises LinkSpent."""
    query = select(SignInRequest).where(SignInRequest.digest == digest(token)).with_for_update()
    found = (await session.exec(query)).one_or_none()
    if found is None:
        raise LinkSpent
    found.spend()
    session.add(found)
    person = await session.get(Person, found.person_id)
    if person is None or not person.active:
        raise LinkSpent
    return person, await start(session, person), found.back


async def start(session: AsyncSession, person: Person) -> Session:
    """Start a session for a person."""
    await session.exec(sa.delete(Session).where(col(Session.started_at) < now() - SESSIONS_KEPT))
    made = Session(person_id=person.id)
    session.add(made)
    await session.flush()
    return made


async def renew(session: AsyncSession, session_id: UUID, idle: timedelta, absolute: timedelta) -> Actor | None:
    """Return the actor of a session that still lasts, with the grants they hold now; None where it is over."""
    found = await session.get(Session, session_id, with_for_update=True)
    if found is None or not found.lasts(idle, absolute):
        return None
    person = await session.get(Person, found.person_id)
    if person is None or not person.active:
        return None
    found.used_at = now()
    session.add(found)
    return await actor_of(session, person, found.id)


async def end(session: AsyncSession, session_id: UUID) -> None:
    """End a session, here at once and everywhere by a fact."""
    found = await session.get(Session, session_id, with_for_update=True)
    if found is not None:
        await _end(session, found)


async def end_all(session: AsyncSession, person_id: UUID) -> None:
    """End every session of a person."""
    query = select(Session).where(Session.person_id == person_id, col(Session.ended_at).is_(None))
    for found in (await session.exec(query.order_by(col(Session.id)).with_for_update())).all():
        await _end(session, found)


async def actor_of(session: AsyncSession, person: Person, session_id: UUID) -> Actor:
    """Return who a person is in a session: their name and the grants they hold today."""
    held = (await grants_of(session, [person.id]))[person.id]
    grants = tuple(Grant(grant.role, grant.region, grant.organisation_id) for grant in held)
    return Actor(person.id, session_id, person.name, grants, version=person.version)


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


async def _asked_just_now(session: AsyncSession, person: Person) -> bool:
    recent = select(SignInRequest.id).where(
        SignInRequest.person_id == person.id, col(SignInRequest.asked_at) > now() - HOLD
    )
    return (await session.exec(recent)).first() is not None
