"""Signing in with an issuer, and what a person linked to themselves: found by issuer and subject, never by address alone."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Identity, IssuerAttempt, Person, SecondStep, Session
from services.partners.oidc.claims import Said
from services.partners.oidc.config import Issuer
from services.partners.queries import person_by_email
from services.partners.sign_in_errors import AttemptGone, IdentityTaken, PersonInactive
from services.partners.usecases.entering import uniquely
from services.partners.usecases.sessions import Entry, by_self, enter, subject_of
from shared import audit
from shared.auth.actor import Actor
from shared.auth.links import digest
from shared.auth.policy import require
from shared.clock import now
from shared.contracts.vocabulary import Role
from shared.errors import NotFound
from shared.ids import new_id

ATTEMPT_LASTS = timedelta(minutes=10)
WAITS = timedelta(minutes=30)
"""How long a subject nobody is linked to waits for the link that says whose it is."""
ATTEMPTS_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Begun:
    """What goes into the address at the issuer; the verifier stays here."""

    state: str
    nonce: str
    verifier: str


async def begin(session: AsyncSession, key: str, browser: str, back: str, person_id: UUID | None = None) -> Begun:
    """Note that this browser is sent to an issuer; with `person_id` to link what comes back to them."""
    await session.exec(sa.delete(IssuerAttempt).where(col(IssuerAttempt.expires_at) < now() - ATTEMPTS_KEPT))
    begun = Begun(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))
    made = IssuerAttempt(
        key=key,
        state=digest(begun.state),
        browser=browser,
        nonce=begun.nonce,
        verifier=begun.verifier,
        back=back if len(back) <= 500 else "/",
        person_id=person_id,
        expires_at=now() + ATTEMPT_LASTS,
    )
    session.add(made)
    return begun


async def answered(session: AsyncSession, key: str, state: str, browser: str) -> IssuerAttempt:
    """Return the attempt this browser came back from, used up; raises AttemptGone."""
    query = select(IssuerAttempt).where(IssuerAttempt.state == digest(state), IssuerAttempt.key == key)
    found = (await session.exec(query.with_for_update())).one_or_none()
    if found is None:
        raise AttemptGone
    found.answer(browser)
    session.add(found)
    return found


async def come_in(
    session: AsyncSession, config: Issuer, attempt_id: UUID, said: Said, entry: Entry, needing: Collection[Role]
) -> tuple[Person, Session | SecondStep] | None:
    """Let whoever is linked to what the issuer said in; raises PersonInactive.

    None where nobody is: then the attempt keeps the subject, and waits for a link that says whose it is. Only an issuer trusted
    for the address's domain links somebody by it.
    """
    identity = await _identity(session, said.issuer, said.subject)
    if identity is None and said.email and config.vouches_for(said.email):
        person = await person_by_email(session, said.email)
        if person is not None and person.active:
            identity = await _link(session, person, config.key, said.issuer, said.subject, strong=True)
    if identity is None:
        await _wait(session, attempt_id, said)
        return None
    person = await session.get(Person, identity.person_id)
    if person is None or not person.active:
        raise PersonInactive
    identity.used_at = now()
    session.add(identity)
    strong = said.strong and identity.strong
    entry = replace(entry, method="oidc", strong=strong, issuer=config.key, issuer_session=said.session)
    return person, await enter(session, person, entry, needing)


async def link_own(session: AsyncSession, actor: Actor, attempt: IssuerAttempt, said: Said) -> None:
    """Link what the issuer said to the person who asked for it; raises AttemptGone where another is signed in, IdentityTaken."""
    require(actor, "account.secure")
    person = await session.get(Person, actor.person_id)
    if person is None or attempt.person_id != actor.person_id:
        raise AttemptGone
    own = await session.get(Session, actor.session_id)
    strong = own is not None and own.strong
    await _link(session, person, attempt.key, said.issuer, said.subject, strong=strong)


async def link_waiting(session: AsyncSession, attempt: IssuerAttempt, person: Person, entry: Entry) -> Entry:
    """Link the subject that waits in `attempt` to whoever spent the link; returns how they came in. Raises IdentityTaken.

    One that waited too long, or in another browser, is left alone: they are signed in by their link all the same.
    """
    if attempt.browser != entry.browser:
        return entry
    try:
        attempt.link()
    except AttemptGone:
        return entry
    session.add(attempt)
    # Whoever reads the mailbox may have come with an account of their own: its second factor is not this person's.
    await _link(session, person, attempt.key, attempt.issuer, attempt.subject, strong=False)
    return replace(entry, issuer=attempt.key, issuer_session=attempt.issuer_session)


async def waiting(session: AsyncSession, browser: str) -> IssuerAttempt | None:
    """Return the newest attempt of this browser whose subject waits to be linked."""
    query = select(IssuerAttempt).where(
        IssuerAttempt.browser == browser,
        IssuerAttempt.subject != "",
        col(IssuerAttempt.linked_at).is_(None),
        col(IssuerAttempt.expires_at) > now(),
    )
    return (await session.exec(query.order_by(col(IssuerAttempt.id).desc()).limit(1))).first() if browser else None


async def identities_of(session: AsyncSession, person_id: UUID) -> list[Identity]:
    """Return the accounts linked to a person, oldest first."""
    query = select(Identity).where(Identity.person_id == person_id).order_by(col(Identity.id))
    return list((await session.exec(query)).all())


async def unlink(session: AsyncSession, actor: Actor | None, identity_id: UUID) -> None:
    """Take an account away from its own person; raises NotFound."""
    actor = require(actor, "account.secure")
    found = await session.get(Identity, identity_id, with_for_update=True)
    person = await session.get(Person, actor.person_id)
    if found is None or person is None or found.person_id != actor.person_id:
        raise NotFound
    await session.delete(found)
    audit.note(
        session,
        actor,
        "identity.unlinked",
        await subject_of(session, person),
        before={"issuer": found.issuer},
        after={},
    )


async def person_of(session: AsyncSession, issuer: str, subject: str) -> UUID | None:
    """Return whoever is linked to a subject of an issuer."""
    found = await _identity(session, issuer, subject)
    return found.person_id if found else None


async def _identity(session: AsyncSession, issuer: str, subject: str) -> Identity | None:
    query = select(Identity).where(Identity.issuer == issuer, Identity.subject == subject)
    return (await session.exec(query)).one_or_none()


async def _link(
    session: AsyncSession, person: Person, key: str, issuer: str, subject: str, *, strong: bool
) -> Identity:
    known = await _identity(session, issuer, subject)
    if known is not None and known.person_id == person.id:
        known.strong = known.strong or strong
        session.add(known)
        return known

    async def unused() -> None:
        if await _identity(session, issuer, subject) is not None:
            raise IdentityTaken

    made = Identity(person_id=person.id, key=key, issuer=issuer, subject=subject, strong=strong)
    async with uniquely(session, unused):
        session.add(made)
    note = by_self(person, new_id())
    audit.note(session, note, "identity.linked", await subject_of(session, person), after={"issuer": issuer})
    return made


async def _wait(session: AsyncSession, attempt_id: UUID, said: Said) -> None:
    attempt = await session.get(IssuerAttempt, attempt_id, with_for_update=True)
    if attempt is not None:
        attempt.issuer, attempt.subject, attempt.issuer_session = said.issuer, said.subject, said.session
        attempt.expires_at = now() + WAITS
        session.add(attempt)
