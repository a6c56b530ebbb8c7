"""What staff do for somebody whose account is in wrong hands, or who lost their passkeys."""

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Person
from services.partners.queries import grants_of
from services.partners.usecases import passkeys, sessions, tokens
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import about, require


async def sign_out_everywhere(session: AsyncSession, actor: Actor | None, person: Person) -> None:
    """End every session of a person and take every token of theirs back; raises Forbidden."""
    actor = await _may_secure(session, actor, person)
    ended = await sessions.end_all(session, person.id)
    revoked = await tokens.revoke_all(session, actor, person.id)
    after = {"sessions": ended, "tokens": revoked}
    audit.note(session, actor, "person.signed_out", await sessions.subject_of(session, person), after=after)


async def remove_passkeys(session: AsyncSession, actor: Actor | None, person: Person) -> None:
    """Take every passkey of a person away, and sign them out everywhere; raises Forbidden."""
    actor = await _may_secure(session, actor, person)
    await passkeys.remove_all(session, actor, person)
    await sign_out_everywhere(session, actor, person)


async def _may_secure(session: AsyncSession, actor: Actor | None, person: Person) -> Actor:
    """Return the actor where they may edit the person and could have given each of their roles; raises Forbidden."""
    subject = await sessions.subject_of(session, person)
    actor = require(actor, "person.edit", about(*subject.regions))
    for grant in (await grants_of(session, [person.id]))[person.id]:
        if grant.role != "partner_member":
            places = [grant.region] if grant.region else subject.regions if grant.organisation_id else []
            require(actor, "person.grant", about(*places, national=not places))
    return actor
