"""Claims: an organisation's own people take over the profile that others have made of it."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import ClaimRunning, LinkSpent, NotClaimable, ReasonNeeded
from services.partners.models import Claim, Letter, Organisation, Person, PersonGrant
from services.partners.queries import grants_to_come, person, person_by_email, regions_of
from services.partners.queries import organisation as organisation_of
from services.partners.queries.claims import claim as claim_of
from services.partners.queries.claims import running_claim
from services.partners.schemas.claims import StrangerClaimIn
from services.partners.usecases import letters, roles
from services.partners.usecases.asking import Limits, seldom_enough
from services.partners.usecases.people import language_of, snapshot
from services.partners.usecases.statements import state_organisations, state_people
from shared import audit
from shared.auth.actor import Actor
from shared.auth.links import digest, secret
from shared.auth.policy import about, require
from shared.clock import now, today_in_norway
from shared.contracts.partners import AccessStated, LetterContent, LetterKind, PersonStated
from shared.errors import Forbidden
from shared.outbox import record

PURPOSE = "claim"
LIMITS = Limits(per_address=3, per_client=20)
"""A mail to somebody who may never have asked: rarer than sign-in links."""
CONFIRM_WITHIN = timedelta(days=7)
DECIDED_LASTS = timedelta(days=30)


async def request(session: AsyncSession, actor: Actor | None, organisation_id: UUID, message: str) -> Claim:
    """Claim an organisation for whoever is signed in; raises SignInNeeded, NotFound, NotClaimable, ClaimRunning."""
    signed_in = require(actor, "profile.edit")
    found = await organisation_of(session, organisation_id, to_change=True)
    if found.status != "shadow" or found.id in signed_in.organisations_as("partner_admin"):
        raise NotClaimable
    asking = await person(session, signed_in.person_id, to_change=True)
    made = await running_claim(session, found.id, asking.id)
    if made is None:
        made = Claim(organisation_id=found.id, person_id=asking.id, message=message)
    elif not made.confirm():
        raise ClaimRunning
    session.add(made)
    await session.flush()
    await _note(session, signed_in, "claim.requested", made)
    return made


async def ask(session: AsyncSession, key: bytes, organisation_id: UUID, given: StrangerClaimIn, client: str) -> None:
    """Claim an organisation for somebody who is not signed in: they are sent a link that confirms it.

    Nothing tells an address that is known from one that is not, nor one that asks too often. Raises NotFound and NotClaimable.
    """
    found = await organisation_of(session, organisation_id)
    if found.status != "shadow":
        raise NotClaimable
    if not await seldom_enough(session, key, given.email, client, LIMITS):
        return
    asking = await person_by_email(session, given.email, to_change=True) or await _enter(session, found, given)
    made = await running_claim(session, found.id, asking.id)
    if made is not None and made.state == "open":
        return
    if made is None:
        made = Claim(organisation_id=found.id, person_id=asking.id, message=given.message, state="unconfirmed")
        session.add(made)
    made.asked_at = now()
    await session.flush()
    letter = await _write(session, asking, "claim_requested", made, found, occasion=today_in_norway().isoformat())
    if letter is not None:
        made.digest = digest(secret(key, PURPOSE, letter))


async def confirm(session: AsyncSession, token: str) -> Claim:
    """Show the region a claim whose link was opened; raises LinkSpent for a link that is none, or too old."""
    query = select(Claim).where(Claim.digest == digest(token)).with_for_update()
    found = (await session.exec(query)).one_or_none()
    if found is None or found.state not in ("unconfirmed", "open") or found.asked_at < now() - CONFIRM_WITHIN:
        raise LinkSpent
    if found.confirm():
        asking = await person(session, found.person_id, to_change=True)
        asking.verified_at = asking.verified_at or now()
        await _note(session, None, "claim.requested", found)
    return found


async def withdraw(session: AsyncSession, actor: Actor | None, claim_id: UUID) -> None:
    """Take one's own claim back; raises NotFound, Forbidden, ClaimDecided."""
    signed_in = require(actor, "profile.edit")
    found = await claim_of(session, claim_id, to_change=True)
    if found.person_id != signed_in.person_id:
        raise Forbidden
    found.withdraw()
    await _note(session, signed_in, "claim.withdrawn", found)


async def accept(session: AsyncSession, actor: Actor | None, claim_id: UUID) -> Claim:
    """Have whoever claimed an organisation answer for it; raises NotFound, Forbidden, ClaimDecided."""
    found = await claim_of(session, claim_id)
    organisation = await organisation_of(session, found.organisation_id, to_change=True)
    regions = (await regions_of(session, [organisation.id]))[organisation.id]
    signed_in = require(actor, "claim.decide", about(*regions))
    found = await claim_of(session, claim_id, to_change=True)
    found.accept(signed_in.person_id)
    asking = await person(session, found.person_id, to_change=True)
    if organisation.status == "shadow":
        before = audit.snapshot(organisation)
        organisation.become({"status": "active"})
        await state_organisations(session, [organisation])
        what = audit.Subject("organisation", organisation.id, regions)
        audit.note(session, actor, "organisation.claimed", what, before, audit.snapshot(organisation))
    await _admit(session, signed_in, asking, organisation, regions)
    await _note(session, signed_in, "claim.accepted", found)
    await _write(session, asking, "claim_accepted", found, organisation, lasts=DECIDED_LASTS)
    return found


async def reject(session: AsyncSession, actor: Actor | None, claim_id: UUID, reason: str) -> Claim:
    """Refuse a claim and say why; raises NotFound, Forbidden, ReasonNeeded, ClaimDecided."""
    found = await claim_of(session, claim_id, to_change=True)
    organisation = await organisation_of(session, found.organisation_id)
    regions = (await regions_of(session, [organisation.id]))[organisation.id]
    signed_in = require(actor, "claim.decide", about(*regions))
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    found.reject(signed_in.person_id, reason.strip())
    asking = await person(session, found.person_id)
    await _note(session, signed_in, "claim.rejected", found)
    await _write(session, asking, "claim_rejected", found, organisation, reason=found.reason, lasts=DECIDED_LASTS)
    return found


async def invite(session: AsyncSession, actor: Actor | None, organisation_id: UUID, person_id: UUID) -> bool:
    """Write to somebody who acts for an organisation that they may claim it; False where that was done today.

    Raises NotFound, also for somebody who does not act for it, and Forbidden.
    """
    found = await organisation_of(session, organisation_id)
    regions = (await regions_of(session, [found.id]))[found.id]
    signed_in = require(actor, "claim.decide", about(*regions))
    asked = await person(session, person_id)
    held = (await grants_to_come(session, [asked.id]))[asked.id]
    if found.id not in {grant.organisation_id for grant in held}:
        raise Forbidden
    region = next((slug for slug in regions if slug in signed_in.regions), regions[0] if regions else None)
    content = LetterContent(organisation_id=found.id, organisation=found.name, region=region)
    today = today_in_norway().isoformat()
    sent = await letters.ask(session, asked, "invited_to_registry", found.id, occasion=today, content=content)
    if sent:
        what = audit.Subject("organisation", found.id, regions)
        audit.note(session, actor, "organisation.invited", what, None, {"person_id": asked.id})
    return sent is not None


async def forget_unconfirmed(session: AsyncSession) -> int:
    """Forget claims nobody confirmed in time, and with them the people who are known from nothing else; returns how many."""
    late = select(Claim).where(Claim.state == "unconfirmed", col(Claim.asked_at) < now() - CONFIRM_WITHIN)
    found = (await session.exec(late.with_for_update())).all()
    for claim in found:
        await session.delete(claim)
    await session.flush()
    for person_id in {claim.person_id for claim in found}:
        await _forget(session, person_id)
    return len(found)


async def _enter(session: AsyncSession, organisation: Organisation, given: StrangerClaimIn) -> Person:
    """Somebody new gets mail about this alone: they are not active until the claim is found right."""
    language = await language_of(session, organisation.id, None)
    made = Person(name=given.name, email=given.email, language=language, active=False)
    session.add(made)
    await session.flush()
    await state_people(session, [made])
    return made


async def _admit(
    session: AsyncSession, actor: Actor, asking: Person, organisation: Organisation, regions: list[str]
) -> None:
    if not asking.active:
        before = snapshot(asking)
        asking.become({"active": True})
        audit.note(
            session, actor, "person.edited", audit.Subject("person", asking.id, regions), before, snapshot(asking)
        )
    grant = PersonGrant(person_id=asking.id, role="partner_admin", organisation_id=organisation.id)
    held = (await grants_to_come(session, [asking.id]))[asking.id]
    if grant.place in [one.place for one in held]:
        await state_people(session, [asking])
    else:
        await roles.hold(session, actor, asking, grant)


async def _forget(session: AsyncSession, person_id: UUID) -> None:
    held = (await session.exec(select(PersonGrant.id).where(PersonGrant.person_id == person_id).limit(1))).first()
    other = (await session.exec(select(Claim.id).where(Claim.person_id == person_id).limit(1))).first()
    unknown = await session.get(Person, person_id, with_for_update=True)
    if unknown is None or unknown.active or unknown.verified_at or held or other:
        return
    await session.exec(sa.delete(Letter).where(col(Letter.person_id) == person_id))
    version = unknown.version + 1
    await session.delete(unknown)
    await record(
        session,
        PersonStated(person_id=person_id, version=version, active=False, erased=True),
        AccessStated(person_id=person_id, version=version, active=False, erased=True),
    )


async def _note(session: AsyncSession, actor: Actor | None, action: str, claim: Claim) -> None:
    regions = (await regions_of(session, [claim.organisation_id]))[claim.organisation_id]
    what = audit.Subject("organisation", claim.organisation_id, regions)
    audit.note(session, actor, action, what, None, {"claim_id": claim.id, "reason": claim.reason or None})


async def _write(
    session: AsyncSession,
    person: Person,
    kind: LetterKind,
    claim: Claim,
    organisation: Organisation,
    *,
    reason: str = "",
    occasion: str = "",
    lasts: timedelta = CONFIRM_WITHIN,
) -> UUID | None:
    content = LetterContent(organisation_id=organisation.id, organisation=organisation.name, reason=reason)
    return await letters.ask(session, person, kind, claim.id, occasion=occasion, content=content, lasts=lasts)
