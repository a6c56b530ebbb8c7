"""Erasing people: asked for, confirmed by mail, carried out at once here, and confirmed by every service."""

import logging
import secrets
from datetime import timedelta
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Erasure, ForgettingService, Person
from services.partners.people_errors import LastNational
from services.partners.privacy_errors import ErasureGone, ReasonForErasure, SoleContact
from services.partners.queries.people import person, regions_answering
from services.partners.queries.privacy import alone_for, erasure_by_link, late_erasures, only_national, open_erasure
from services.partners.queries.reach import person_in_reach
from services.partners.usecases import forgetting, letters
from services.partners.usecases.people import editable
from shared import audit
from shared.auth.actor import Actor
from shared.auth.forgetting import forget
from shared.auth.links import digest, secret
from shared.auth.policy import about, can, require
from shared.clock import now
from shared.contracts.events import EventsErased
from shared.contracts.knowledge import KnowledgeErased
from shared.contracts.notifier import NotifierErased
from shared.contracts.partners import AccessStated, PersonStated
from shared.errors import Forbidden
from shared.outbox import record

PURPOSE = "erase"
LASTS = timedelta(hours=24)
HOLD = timedelta(minutes=1)

log = logging.getLogger(__name__)


async def ask(session: AsyncSession, actor: Actor | None, key: bytes) -> Erasure:
    """Have a letter ask the person who acts whether they mean it; where others depend on them alone, their region is asked first."""
    actor = require(actor, "account.secure")
    found = await person(session, actor.person_id, to_change=True)
    return await _asked(session, actor, key, found, "")


async def ask_for(session: AsyncSession, actor: Actor | None, key: bytes, person_id: UUID, reason: str) -> Erasure:
    """The same on behalf of somebody, with how they asked; raises NotFound, Forbidden, ReasonForErasure."""
    return await _asked(session, actor, key, await _theirs(session, actor, person_id, reason), reason)


async def erase_now(session: AsyncSession, actor: Actor | None, person_id: UUID, reason: str) -> Erasure:
    """Erase somebody whose address works no longer, without a letter; raises NotFound, Forbidden, ReasonForErasure, SoleContact."""
    found = await _theirs(session, actor, person_id, reason)
    erasure = await open_erasure(session, found.id) or Erasure(person_id=found.id)
    erasure.asked_by, erasure.reason = actor.person_id if actor else None, reason
    session.add(erasure)
    return await _carry_out(session, actor, erasure, found)


async def erase_retired(session: AsyncSession, found: Person) -> None:
    """Erase somebody who was put out of use long ago; raises SoleContact, LastNational."""
    erasure = await open_erasure(session, found.id) or Erasure(person_id=found.id)
    await _carry_out(session, None, erasure, found)


async def take_back(session: AsyncSession, actor: Actor | None) -> None:
    """Take one's own wish to be erased back, where it is not carried out."""
    actor = require(actor, "account.secure")
    await _withdraw(session, actor.person_id)


async def confirm(session: AsyncSession, token: str) -> Erasure:
    """Erase whose link this is; raises ErasureGone, SoleContact, LastNational."""
    erasure = await _by_link(session, token, to_change=True)
    found = await session.get(Person, erasure.person_id, with_for_update=True)
    if found is None:
        raise ErasureGone
    return await _carry_out(session, None, erasure, found)


async def check(session: AsyncSession, token: str) -> Person:
    """Return whose link this is; raises ErasureGone. Changes nothing."""
    found = await session.get(Person, (await _by_link(session, token)).person_id)
    if found is None:
        raise ErasureGone
    return found


async def note_erased(session: AsyncSession, fact: KnowledgeErased | EventsErased | NotifierErased) -> None:
    """Note that a service has forgotten somebody."""
    service: ForgettingService = (
        "knowledge" if isinstance(fact, KnowledgeErased) else "events" if isinstance(fact, EventsErased) else "notifier"
    )
    query = select(Erasure).where(Erasure.person_id == fact.person_id, col(Erasure.confirmed_at).is_not(None))
    for erasure in (await session.exec(query.with_for_update())).all():
        erasure.note(service, fact.at)
        session.add(erasure)


async def warn(session: AsyncSession) -> int:
    """Raise the alarm, once each, for erasures that a service has not confirmed after a day; returns how many are new."""
    late = [one for one in await late_erasures(session) if one.late_at is None]
    for one in late:
        one.late_at = now()
        session.add(one)
        log.error("ERASURE %s is not confirmed after a day; missing: %s", one.id, ", ".join(one.missing))
    return len(late)


async def may_erase(session: AsyncSession, actor: Actor | None, found: Person) -> bool:
    """Whether `actor` may erase somebody: staff of all their regions who could have given them each of their roles."""
    regions = (await regions_answering(session, [found]))[found.id]
    return can(actor, "person.erase", about(*regions)) and bool(await editable(session, actor, [found]))


async def _asked(session: AsyncSession, actor: Actor | None, key: bytes, found: Person, reason: str) -> Erasure:
    open_one = await open_erasure(session, found.id)
    if open_one is not None and open_one.blocked_at is None and open_one.asked_at > now() - HOLD:
        return open_one
    await _withdraw(session, found.id)
    by = actor.person_id if actor and actor.person_id != found.id else None
    made = Erasure(person_id=found.id, asked_by=by, reason=reason)
    session.add(made)
    regions = (await regions_answering(session, [found]))[found.id]
    audit.note(session, actor, "person.erasure_asked", audit.Subject("person", found.id, regions))
    if await alone_for(session, found.id):
        made.block()
        return made
    letter_id = await letters.ask(session, found, "confirm_erasure", made.id, lasts=LASTS)
    assert letter_id is not None
    made.wait_for_link(digest(secret(key, PURPOSE, letter_id)), now() + LASTS)
    return made


async def _carry_out(session: AsyncSession, actor: Actor | None, erasure: Erasure, found: Person) -> Erasure:
    if alone := await alone_for(session, found.id):
        raise SoleContact(organisations=", ".join(one.name for one in alone))
    if await only_national(session, found.id):
        raise LastNational
    records = await forgetting.records_of(session, found)
    regions = (await regions_answering(session, [found]))[found.id]
    words = await forgetting.words_of(session, records)
    told = {one.id: one.version + 1 for one in records}
    await forgetting.empty(session, records)
    for person_id, version in told.items():
        await forget(session, person_id)
        await record(session, PersonStated(person_id=person_id, version=version, active=False, erased=True))
        await record(session, AccessStated(person_id=person_id, version=version, active=False, erased=True))
    erasure.confirm(secrets.token_urlsafe(24))
    erasure.asked_by = None
    session.add(erasure)
    audit.note(session, actor, "person.erased", audit.Subject("erasure", erasure.id, regions))
    for person_id in told:
        await audit.erase(session, person_id, words)
    return erasure


async def _theirs(session: AsyncSession, actor: Actor | None, person_id: UUID, reason: str) -> Person:
    require(actor, "work.view")
    await person_in_reach(session, actor, person_id)
    found = await person(session, person_id, to_change=True)
    if not await may_erase(session, actor, found):
        raise Forbidden
    if not reason.strip():
        raise ReasonForErasure(field="reason")
    return found


async def _by_link(session: AsyncSession, token: str, *, to_change: bool = False) -> Erasure:
    found = await erasure_by_link(session, token, to_change=to_change)
    if found is None or not found.open or found.expires_at is None or found.expires_at <= now():
        raise ErasureGone
    return found


async def _withdraw(session: AsyncSession, person_id: UUID) -> None:
    found = await open_erasure(session, person_id)
    if found is not None:
        await letters.withdraw(session, ["confirm_erasure"], found.id)
        found.withdraw()
        session.add(found)
        await session.flush()
