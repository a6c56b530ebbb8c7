"""Registering and editing people."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import EmailTaken, ExternalIdTaken, PlaceNeeded, Stale
from services.partners.models import Organisation, Person, PersonAlias, PersonGrant, Region
from services.partners.queries import (
    grants_to_come,
    person_by_email,
    person_in_reach,
    regions_answering,
    regions_of,
)
from services.partners.queries import person as person_of
from services.partners.schemas.people import PersonEdit, PersonIn, RoleIn
from services.partners.usecases import roles
from services.partners.usecases.entering import uniquely
from services.partners.usecases.regions import known_slugs
from services.partners.usecases.sign_in import end_all
from services.partners.usecases.statements import state_people
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import about, can, require
from shared.contracts.vocabulary import Language
from shared.errors import Forbidden

FIELDS = ("name", "email", "title", "phone", "language", "region", "focus_areas", "active")
UNAUDITED = ("pending_digest", "last_active_at")


async def register(session: AsyncSession, actor: Actor | None, given: PersonIn) -> Person:
    """Enter a person with their first role.

    Raises Forbidden, PlaceNeeded, RolePlace, UnknownRegion, UnknownOrganisation, EmailTaken, ExternalIdTaken.
    """
    require(actor, "work.view")
    await known_slugs(session, [given.region] if given.region else [], "region")
    if missing := given.place_missing():
        raise PlaceNeeded(field=missing)
    made = Person(**given.model_dump(include={*FIELDS, "external_id"} - {"language"}))
    grant = await first_grant(session, made, given)
    made.language = given.language or await language_of(session, grant.organisation_id, given.region)
    await _may_belong(session, actor, made, grant)
    async with uniquely(session, lambda: unused(session, given.email, given.external_id, None)):
        session.add(made)
    session.add(grant)
    await session.flush()
    regions = (await regions_answering(session, [made]))[made.id]
    after = {**snapshot(made), "role": audit.snapshot(grant)}
    audit.note(session, actor, "person.registered", audit.Subject("person", made.id, regions), None, after)
    await state_people(session, [made])
    return made


async def edit(session: AsyncSession, actor: Actor | None, person_id: UUID, given: PersonEdit) -> Person:
    """Change what is kept of a person; raises NotFound, Forbidden, Stale, UnknownRegion, EmailTaken, ExternalIdTaken.

    Sessions end where the person is no longer active or has another address, since whoever has the old one may be signed in.
    """
    require(actor, "work.view")
    await known_slugs(session, [given.region] if given.region else [], "region")
    await person_in_reach(session, actor, person_id)
    found = await person_of(session, person_id, to_change=True)
    if not await editable(session, actor, [found]):
        raise Forbidden
    if given.version != found.version:
        raise Stale
    if given.region is not None and given.region != found.region:
        require(actor, "person.create", about(given.region))
    before, moved = snapshot(found), given.email != found.email
    regions = (await regions_answering(session, [found]))[found.id]
    async with uniquely(session, lambda: unused(session, given.email, given.external_id, found)):
        found.become(given.model_dump(include={*FIELDS, *(["external_id"] if given.external_id else [])}))
    if moved or not found.active:
        await end_all(session, found.id)
    regions = [*regions, *(await regions_answering(session, [found]))[found.id]]
    audit.note(session, actor, "person.edited", audit.Subject("person", found.id, regions), before, snapshot(found))
    await state_people(session, [found])
    return found


async def editable(session: AsyncSession, actor: Actor | None, people: Sequence[Person]) -> set[UUID]:
    """Return those of `people` whom `actor` may edit.

    Who changes an address can sign in with it: nobody edits a person one of whose roles they could not have given.
    """
    held = await grants_to_come(session, [person.id for person in people])
    regions = await regions_answering(session, people)
    acted_for = {grant.organisation_id for grants in held.values() for grant in grants if grant.organisation_id}
    places = await regions_of(session, list(acted_for))
    return {
        person.id
        for person in people
        if person.merged_into is None
        and can(actor, "person.edit", about(*regions[person.id]))
        and all(roles.may_give(actor, grant, places) for grant in held[person.id])
    }


async def language_of(session: AsyncSession, organisation_id: UUID | None, region: str | None) -> Language:
    """Return what somebody new is written to in, by what they act for and the region that is theirs, or their organisation's."""
    organisation = await session.get(Organisation, organisation_id) if organisation_id is not None else None
    places = [region] if region else []
    if organisation_id is not None and not places:
        places = (await regions_of(session, [organisation_id]))[organisation_id]
    query = select(Region).where(col(Region.slug).in_(places)).order_by(col(Region.slug)).limit(1)
    return language_by(organisation, (await session.exec(query)).first())


def language_by(organisation: Organisation | None, region: Region | None) -> Language:
    """Return what somebody new is written to in: their organisation's language where it is known, else their region's, else bokmål."""
    if organisation is not None and organisation.language is not None:
        return organisation.language
    return region.language if region else "nb"


async def first_grant(session: AsyncSession, person: Person, given: PersonIn) -> PersonGrant:
    """Return the role somebody is registered with; a partner without an organisation merely belongs to their region."""
    if given.role == "partner_member" and given.organisation_id is None:
        return PersonGrant(person_id=person.id, role=given.role)
    region = given.region if given.role in roles.OF_REGION else None
    wanted = RoleIn(role=given.role, region=region, organisation_id=given.organisation_id, functions=given.functions)
    return await roles.placed(session, person.id, wanted)


async def unused(session: AsyncSession, email: str, external_id: str | None, own: Person | None) -> None:
    """Raise EmailTaken or ExternalIdTaken where another person than `own` has them."""
    other = await person_by_email(session, email)
    if other is not None and other is not own:
        raise EmailTaken(field="email")
    if external_id:
        query = select(Person.id).where(Person.external_id == external_id)
        alias = select(PersonAlias.person_id).where(PersonAlias.external_id == external_id)
        holders = {*(await session.exec(query)).all(), *(await session.exec(alias)).all()}
        if holders - ({own.id} if own else set()):
            raise ExternalIdTaken(field="external_id")


def snapshot(person: Person) -> dict[str, Any]:
    """Return what the audit tells of a person."""
    return audit.snapshot(person, leave_out=UNAUDITED)


async def _may_belong(session: AsyncSession, actor: Actor | None, made: Person, grant: PersonGrant) -> None:
    if made.region is not None and made.region != grant.region:
        require(actor, "person.create", about(made.region))
    if not await roles.may_give_all(session, actor, [grant]):
        raise Forbidden
