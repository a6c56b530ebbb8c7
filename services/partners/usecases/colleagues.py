"""Partners look after their own people: who acts for the organisation, and as what."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Organisation, Person, PersonGrant
from services.partners.queries import organisation as organisation_of
from services.partners.queries import person_by_email, regions_answering, regions_of
from services.partners.schemas.people import ColleagueIn, RoleIn
from services.partners.usecases import letters, roles
from services.partners.usecases.entering import uniquely
from services.partners.usecases.people import language_of, snapshot, unused
from services.partners.usecases.statements import state_people
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import about, require
from shared.contracts.partners import LetterContent


async def add(session: AsyncSession, actor: Actor | None, organisation_id: UUID, given: ColleagueIn) -> Person:
    """Have somebody act for an organisation: whoever has the address already, under the name they have, or somebody new.

    Raises NotFound, Forbidden, RoleHeld. Somebody new is written to.
    """
    organisation = await organisation_of(session, organisation_id)
    regions = (await regions_of(session, [organisation_id]))[organisation_id]
    require(actor, "colleague.manage", about(*regions, organisation_id=organisation_id))
    known = await person_by_email(session, given.email)
    wanted = RoleIn(role=given.role, organisation_id=organisation_id, functions=given.functions)
    grant = await roles.placed(session, known.id if known else organisation_id, wanted)
    if known is None:
        return await _enter(session, actor, organisation, given, grant)
    known = await person_by_email(session, given.email, to_change=True) or known
    if known.retired_at is not None:
        before = snapshot(known)
        known.become({"active": True})
        audit.note(session, actor, "person.edited", audit.Subject("person", known.id, regions), before, snapshot(known))
    await roles.hold(session, actor, known, grant)
    return known


async def _enter(
    session: AsyncSession, actor: Actor | None, organisation: Organisation, given: ColleagueIn, grant: PersonGrant
) -> Person:
    made = Person(name=given.name, email=given.email, language=await language_of(session, organisation.id, None))
    async with uniquely(session, lambda: unused(session, given.email, None, None)):
        session.add(made)
    grant.person_id = made.id
    session.add(grant)
    await session.flush()
    what = audit.Subject("person", made.id, (await regions_answering(session, [made]))[made.id])
    audit.note(session, actor, "person.registered", what, None, {**snapshot(made), "role": audit.snapshot(grant)})
    await state_people(session, [made])
    content = LetterContent(organisation_id=organisation.id, organisation=organisation.name)
    await letters.ask(session, made, "invited_to_registry", organisation.id, content=content)
    return made
