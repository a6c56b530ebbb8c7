"""Signing in by a link, and the sessions that follow."""

from datetime import timedelta
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import LinkSpent
from services.partners.models import Person, Session, SignInRequest
from services.partners.queries import grants_of, person_by_email
from shared.auth.actor import Actor, Grant
from shared.auth.links import digest, secret
from shared.auth.session import ALGORITHM
from shared.clock import now
from shared.contracts.partners import SessionEnded, SignInRequested
from shared.outbox import record

PURPOSE = "sign-in"
HOLD = timedelta(minutes=1)


async def request(session: AsyncSession, key: bytes, email: str, minutes: int) -> None:
    """Have a link sent to whoever has this address. Nothing tells an unknown address from a known one."""
    person = await person_by_email(session, email)
    if person is None or not person.active or await _asked_just_now(session, person):
        return
    made = SignInRequest(person_id=person.id, digest="", expires_at=now() + timedelta(minutes=minutes))
    made.digest = digest(secret(key, PURPOSE, made.id))
    session.add(made)
    fact = SignInRequested(
        request_id=made.id, person_id=person.id, language=person.language, expires_at=made.expires_at, version=1
    )
    await record(session, fact)


async def spend(session: AsyncSession, token: str) -> tuple[Person, Session]:
    """Use a link up and start a session; raises LinkSpent."""
    found = (await session.exec(select(SignInRequest).where(SignInRequest.digest == digest(token)))).one_or_none()
    if found is None:
        raise LinkSpent
    found.spend()
    session.add(found)
    person = await session.get(Person, found.person_id)
    if person is None or not person.active:
        raise LinkSpent
    return person, await start(session, person)


async def start(session: AsyncSession, person: Person) -> Session:
    """Start a session for a person."""
    made = Session(person_id=person.id)
    session.add(made)
    await session.flush()
    return made


async def renew(session: AsyncSession, session_id: UUID, idle: timedelta, absolute: timedelta) -> Actor | None:
    """Return the actor of a session that still lasts, with the grants they hold now; None where it is over."""
    found = await session.get(Session, session_id)
    if found is None or not found.lasts(idle, absolute):
        return None
    person = await session.get(Person, found.person_id)
    if person is None or not person.active:
        return None
    found.used_at = now()
    session.add(found)
    return await actor_of(session, person, found.id)


async def end(session: AsyncSession, session_id: UUID, absolute: timedelta) -> None:
    """End a session and tell every service."""
    found = await session.get(Session, session_id)
    if found is None or found.ended_at is not None:
        return
    found.ended_at = now()
    session.add(found)
    await record(session, SessionEnded(session_id=found.id, expires_at=found.started_at + absolute, version=1))


async def actor_of(session: AsyncSession, person: Person, session_id: UUID) -> Actor:
    """Return who a person is in a session: their name and the grants they hold today."""
    held = (await grants_of(session, [person.id]))[person.id]
    grants = tuple(Grant(grant.role, grant.region, grant.organisation_id) for grant in held)
    return Actor(person.id, session_id, person.name, grants)


async def _asked_just_now(session: AsyncSession, person: Person) -> bool:
    recent = select(SignInRequest.id).where(
        SignInRequest.person_id == person.id,
        col(SignInRequest.spent_at).is_(None),
        SignInRequest.expires_at > now() + timedelta(minutes=10) - HOLD,
    )
    return (await session.exec(recent)).first() is not None


def session_of(key: OKPKey, token: str) -> UUID | None:
    """Return the session a token was issued in, even where its own time is over; None where it is forged."""
    try:
        return UUID(jwt.decode(token, key, algorithms=[ALGORITHM]).claims["sid"])
    except (JoseError, KeyError, ValueError):
        return None
