"""Signing in by a link."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import IssuerAttempt, Person, SecondStep, Session, SignInRequest
from services.partners.queries import person_by_email
from services.partners.sign_in_errors import LinkUnknown, PersonInactive
from services.partners.usecases import identities
from services.partners.usecases.sessions import Entry, actor_of, end_all, enter, start, subject_of
from shared import audit
from shared.auth.links import digest, secret
from shared.clock import now
from shared.contracts.partners import SignInRequested
from shared.contracts.vocabulary import Role
from shared.errors import Refusal
from shared.outbox import record

__all__ = ["actor_of", "check", "end_all", "note_refused", "request", "spend", "start"]

PURPOSE = "sign-in"
HOLD = timedelta(minutes=1)
REQUESTS_KEPT = timedelta(days=1)
MOST_BACK = 500


@dataclass(frozen=True)
class Asked:
    """A link somebody asks for: for which address, in which browser (a digest), leading where, good for how many minutes.

    `attempt_id` names a sign-in with an issuer that the link shall say whose it is.
    """

    email: str
    browser: str
    minutes: int
    back: str = "/"
    attempt_id: UUID | None = None


async def request(session: AsyncSession, key: bytes, asked: Asked) -> None:
    """Have a link sent to whoever has this address. Nobody waits for this, so that its time tells nothing either."""
    person = await person_by_email(session, asked.email, to_change=True)
    if person is None or not person.active or await _asked_just_now(session, person, asked.browser):
        return
    await session.exec(sa.delete(SignInRequest).where(col(SignInRequest.expires_at) < now() - REQUESTS_KEPT))
    moment = now()
    made = SignInRequest(
        person_id=person.id,
        digest="",
        browser=asked.browser,
        attempt_id=asked.attempt_id,
        back=asked.back if len(asked.back) <= MOST_BACK else "/",
        asked_at=moment,
        expires_at=moment + timedelta(minutes=asked.minutes),
    )
    made.digest = digest(secret(key, PURPOSE, made.id))
    session.add(made)
    fact = SignInRequested(
        request_id=made.id, person_id=person.id, language=person.language, expires_at=made.expires_at, version=1
    )
    await record(session, fact)


async def check(session: AsyncSession, token: str, browser: str) -> None:
    """Raise what keeps a link from being spent in this browser now; changes nothing."""
    (await _request_of(session, token)).check(browser)


async def spend(
    session: AsyncSession, token: str, entry: Entry, needing: Collection[Role]
) -> tuple[Person, Session | SecondStep, str]:
    """Use a link up; returns whose it was, what came of it, and where it leads to.

    Raises LinkUnknown, LinkUsed, LinkExpired, LinkElsewhere, PersonInactive, and IdentityTaken where a waiting account is another's.
    """
    found = await _request_of(session, token, to_change=True)
    found.spend(entry.browser)
    session.add(found)
    person = await session.get(Person, found.person_id)
    if person is None or not person.active:
        raise PersonInactive
    entry = replace(entry, back=found.back)
    if found.attempt_id is not None:
        attempt = await session.get(IssuerAttempt, found.attempt_id, with_for_update=True)
        if attempt is not None:
            entry = await identities.link_waiting(session, attempt, person, entry)
    return person, await enter(session, person, entry, needing), found.back


async def note_refused(session: AsyncSession, token: str, refusal: Refusal) -> None:
    """Have the audit tell that a person's link was refused, and why. Made-up links are nobody's, and not noted."""
    found = (await session.exec(select(SignInRequest).where(SignInRequest.digest == digest(token)))).one_or_none()
    person = await session.get(Person, found.person_id) if found else None
    if person is not None:
        audit.note(session, None, "sign_in.refused", await subject_of(session, person), after={"why": refusal.code})


async def _request_of(session: AsyncSession, token: str, *, to_change: bool = False) -> SignInRequest:
    query = select(SignInRequest).where(SignInRequest.digest == digest(token))
    found = (await session.exec(query.with_for_update() if to_change else query)).one_or_none()
    if found is None:
        raise LinkUnknown
    return found


async def _asked_just_now(session: AsyncSession, person: Person, browser: str) -> bool:
    recent = select(SignInRequest.id).where(
        SignInRequest.person_id == person.id,
        SignInRequest.browser == browser,
        col(SignInRequest.spent_at).is_(None),
        col(SignInRequest.asked_at) > now() - HOLD,
    )
    return (await session.exec(recent)).first() is not None
