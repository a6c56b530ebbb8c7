"""API tokens people make for their programs: with their rights of the moment, and never with more than the token's own limits."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from joserfc.jwk import OKPKey
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import ApiToken, Person
from services.partners.schemas.tokens import TokenIn
from services.partners.sign_in_errors import TooMany
from services.partners.usecases.sessions import subject_of
from shared import audit
from shared.auth.actor import Actor, Limits
from shared.auth.ending import note_ended
from shared.auth.links import digest
from shared.auth.policy import require
from shared.auth.session import issue
from shared.clock import now
from shared.contracts.events import EventsTokenUsed
from shared.contracts.knowledge import KnowledgeTokenUsed
from shared.contracts.notifier import NotifierTokenUsed
from shared.contracts.partners import SessionEnded
from shared.errors import NotFound
from shared.ids import new_id
from shared.outbox import record

MOST = 20
KEPT = timedelta(days=90)
"""Tokens that are over stay in the list so long."""
TokenUsed = KnowledgeTokenUsed | EventsTokenUsed | NotifierTokenUsed


async def make(session: AsyncSession, actor: Actor | None, key: OKPKey, given: TokenIn) -> tuple[ApiToken, str]:
    """Make a token for the actor's own programs; returns also its text, which is kept nowhere. Raises Forbidden and TooMany."""
    actor = require(actor, "token.create")
    person = await session.get(Person, actor.person_id, with_for_update=True)
    if person is None:
        raise NotFound
    if sum(one.lasts for one in await tokens_of(session, person.id)) >= MOST:
        raise TooMany(most=MOST)
    made = ApiToken(
        id=new_id(),
        person_id=person.id,
        name=given.name,
        digest="",
        writes=given.scope == "write",
        services=sorted(given.services),
        created_at=now(),
        expires_at=now() + timedelta(days=given.days),
    )
    # Without grants: who has not heard what the person may do, lets the token do nothing.
    limits = Limits(made.writes, frozenset(made.services))
    bearer = Actor(person.id, made.id, person.name, (), by_token=True, version=person.version, limits=limits)
    text = issue(key, bearer, made.expires_at - made.created_at)
    made.digest = digest(text)
    session.add(made)
    after = {"name": made.name, "scope": given.scope, "services": made.services, "expires_at": made.expires_at}
    audit.note(session, actor, "token.made", await subject_of(session, person), after=after)
    return made, text


async def revoke(session: AsyncSession, actor: Actor | None, token_id: UUID) -> None:
    """Take one of the actor's own tokens back, here at once and everywhere by a fact; raises NotFound.

    A token may take itself back: whoever finds one can make it harmless.
    """
    found = await session.get(ApiToken, token_id, with_for_update=True)
    if actor is None or actor.session_id != token_id:
        actor = require(actor, "account.secure")
    if found is None or found.person_id != actor.person_id:
        raise NotFound
    await _revoke(session, actor, found)


async def revoke_all(session: AsyncSession, actor: Actor, person_id: UUID) -> int:
    """Take every token of a person back; returns how many."""
    found = [one for one in await tokens_of(session, person_id) if one.lasts]
    for one in found:
        await _revoke(session, actor, one)
    return len(found)


async def tokens_of(session: AsyncSession, person_id: UUID) -> list[ApiToken]:
    """Return a person's tokens, newest first, without those that are long over."""
    query = select(ApiToken).where(ApiToken.person_id == person_id, col(ApiToken.expires_at) > now() - KEPT)
    return list((await session.exec(query.order_by(col(ApiToken.id).desc()))).all())


async def note_use(session: AsyncSession, fact: TokenUsed) -> None:
    """Note that a token was used in another service."""
    found = await session.get(ApiToken, fact.token_id, with_for_update=True)
    if found is not None:
        found.used(fact.at)
        session.add(found)


async def note_own_uses(session: AsyncSession, token_ids: Collection[UUID]) -> None:
    """Note that tokens were used here."""
    query = select(ApiToken).where(col(ApiToken.id).in_(token_ids)).order_by(col(ApiToken.id)).with_for_update()
    for found in (await session.exec(query)).all():
        found.used(now())
        session.add(found)


async def _revoke(session: AsyncSession, actor: Actor, found: ApiToken) -> None:
    if not found.revoke():
        return
    session.add(found)
    person = await session.get(Person, found.person_id)
    if person is not None:
        subject = await subject_of(session, person)
        audit.note(session, actor, "token.revoked", subject, before={"name": found.name}, after={})
    fact = SessionEnded(session_id=found.id, expires_at=found.expires_at, version=1)
    await record(session, fact)
    await note_ended(session, fact)
