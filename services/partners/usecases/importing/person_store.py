"""Entering rows of people: all that is known of them is read and locked at once, and each row is then asked of anew by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import UnknownRegion
from services.partners.models import Import, ImportRow, Organisation, Person, PersonGrant
from services.partners.models.imports import Result
from services.partners.people_errors import LastNational
from services.partners.queries import every_region, grants_ever, regions_answering, regions_of
from services.partners.queries.holding import keep_regions
from services.partners.queries.importing import KnownPeople, known_people, locked, regions_held
from services.partners.queries.privacy import erased_external_ids, only_national
from services.partners.usecases import people
from services.partners.usecases.importing.kinds import Came, each
from services.partners.usecases.importing.person_plan import Plan, hindrance, planned
from services.partners.usecases.importing.places import RegionNames
from services.partners.usecases.sign_in import end_all
from services.partners.usecases.statements import state_people
from shared import audit
from shared.auth.actor import Actor
from shared.contracts.vocabulary import Language
from shared.errors import Conflict, Forbidden, NotFound


@dataclass(frozen=True)
class Known:
    """What is known of whom rows are about and of what they name. `open` are the regions of today, `editable` and `erased` ids.

    `answering` are the regions whose staff look after each person, `regions_of` those in which each organisation is a partner.
    """

    regions: RegionNames
    open: set[str]
    erased: set[str]
    organisations: dict[UUID, Organisation]
    regions_of: dict[UUID, list[str]]
    named: KnownPeople
    people: dict[UUID, Person]
    editable: set[UUID]
    held: dict[UUID, list[PersonGrant]]
    answering: dict[UUID, list[str]]


@dataclass(frozen=True)
class Change:
    """A person who was registered or changed: as they were (None: not at all), where they belonged, and every role of theirs now."""

    person: Person
    was: dict[str, Any] | None
    regions: Sequence[str]
    roles: Sequence[PersonGrant]


@dataclass
class Entry:
    """Rows being entered: the roles that are yet to be written, and the changes that are yet to be told of."""

    session: AsyncSession
    actor: Actor
    known: Known
    grants: list[PersonGrant] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    sent_away: list[UUID] = field(default_factory=list)

    async def enter(self, row: ImportRow) -> Result:
        """Enter what a row says, and leave the rest. Raises NotFound, Forbidden, Conflict, LastNational, UnknownRegion, RoleBackwards."""
        given, known = row.given, self.known
        if not given or given.get("external_id") in known.erased:
            raise NotFound
        _organisation(known, given)
        found = _whom(known, row)
        if found is not None and found.id not in known.editable:
            raise Forbidden
        held = known.held[found.id] if found else []
        plan = planned(given, found, held)
        if hindrance(self.actor, given, plan, known.regions_of, known.regions):
            raise Forbidden
        if plan.doubts and not row.doubtful:
            # Nobody was asked: what makes it unlikely came after the check.
            raise Conflict
        for slug in given.get("region", []):
            if slug not in known.open:
                raise UnknownRegion(field="region", region=slug)
        if found is None:
            self._register(plan)
            return "new"
        if not plan.changes:
            return "unchanged"
        await self._may_end(found, plan)
        self._change(found, plan, held)
        return "corrected"

    async def write(self) -> None:
        """Write what was changed so far, people before the roles that are theirs."""
        await self.session.flush()
        self.session.add_all(self.grants)
        self.grants.clear()
        await self.session.flush()

    async def tell(self) -> None:
        """Tell the network and the audit of what was written, and end the sessions of those who have moved or left."""
        for person_id in self.sent_away:
            await end_all(self.session, person_id)
        persons = [change.person for change in self.changes]
        answering = await regions_answering(self.session, persons)
        for change in self.changes:
            found = change.person
            subject = audit.Subject("person", found.id, {*change.regions, *answering[found.id]})
            after = _snapshot(found, change.roles)
            audit.note(self.session, self.actor, "person.imported", subject, change.was, after)
        await state_people(self.session, persons)

    def _register(self, plan: Plan) -> None:
        made = Person(**plan.values)
        if "language" not in plan.values:
            made.language = _language(self.known, made, plan.roles.give[0])
        self.session.add(made)
        self._give(made, plan)
        self.changes.append(Change(made, None, (), plan.roles.give))

    async def _may_end(self, found: Person, plan: Plan) -> None:
        ends = any(one.role == "national" and values.get("until") for one, values in plan.roles.amend)
        if ends or plan.values.get("active") is False:
            # Rows before this one may have sent away the others.
            await self.write()
            if await only_national(self.session, found.id):
                raise LastNational

    def _change(self, found: Person, plan: Plan, held: Sequence[PersonGrant]) -> None:
        was = _snapshot(found, held)
        moved = plan.values.get("email", found.email) != found.email
        found.become(plan.values)
        self._give(found, plan)
        for grant, values in plan.roles.amend:
            for name, value in values.items():
                setattr(grant, name, value)
        if moved or not found.active:
            self.sent_away.append(found.id)
        self.changes.append(Change(found, was, self.known.answering[found.id], [*held, *plan.roles.give]))

    def _give(self, found: Person, plan: Plan) -> None:
        for grant in plan.roles.give:
            grant.person_id = found.id
        self.grants += plan.roles.give


async def store(session: AsyncSession, from_: Import, rows: Sequence[ImportRow]) -> list[Came]:
    """Enter what rows about different people say of them; returns what came of each."""
    entry = Entry(session, from_.actor, await _known(session, from_.actor, rows))
    came = await each(rows, entry.enter)
    await entry.write()
    await entry.tell()
    return came


async def _known(session: AsyncSession, actor: Actor, rows: Sequence[ImportRow]) -> Known:
    """Read what rows are about, and lock it: regions, then organisations, then people."""
    await keep_regions(session)
    given = [row.given for row in rows]
    unknown = [row.given for row in rows if row.subject_id is None]
    held = await regions_held(session, {slug for one in given for slug in one.get("region", [])})
    acted_for = {UUID(one["organisation_id"]) for one in given if "organisation_id" in one}
    organisations = await locked(session, Organisation, acted_for, shared=True)
    named = await known_people(session, _said(unknown, "external_id"), _said(unknown, "email"))
    known = [row.subject_id for row in rows if row.subject_id is not None]
    persons = await locked(session, Person, [*known, *(one.id for one in named.all)])
    everybody = list(persons.values())
    return Known(
        regions=RegionNames(await every_region(session)),
        open=held,
        erased=await erased_external_ids(session, _said(given, "external_id")),
        organisations=organisations,
        regions_of=await regions_of(session, list(organisations)),
        named=named,
        people=persons,
        editable=await people.editable(session, actor, everybody),
        held=await grants_ever(session, list(persons)),
        answering=await regions_answering(session, everybody),
    )


def _organisation(known: Known, given: dict[str, Any]) -> None:
    """Raise NotFound where the organisation a row names was merged since."""
    if "organisation_id" in given:
        found = known.organisations.get(UUID(given["organisation_id"]))
        if found is None or found.merged_into is not None:
            raise NotFound


def _whom(known: Known, row: ImportRow) -> Person | None:
    """Return whom a row is about, None for somebody new; raises NotFound where they are gone or were merged since."""
    if row.subject_id is not None:
        found = known.people.get(row.subject_id)
        if found is None:
            raise NotFound
        return found
    external_id, email = row.given.get("external_id", ""), row.given.get("email", "")
    if external_id in known.named.merged:
        raise NotFound
    one = known.named.by_external_id.get(external_id) or known.named.by_email.get(email)
    return known.people[one.id] if one else None


def _language(known: Known, made: Person, first: PersonGrant) -> Language:
    organisation = known.organisations.get(first.organisation_id) if first.organisation_id else None
    own = first.region or made.region
    places = [own] if own else known.regions_of[organisation.id] if organisation else []
    regions = (known.regions.by_slug[slug] for slug in places if slug in known.regions.by_slug)
    return people.language_by(organisation, next(regions, None))


def _snapshot(found: Person, grants: Sequence[PersonGrant]) -> dict[str, Any]:
    told = [audit.snapshot(grant, leave_out=("person_id",)) for grant in grants]
    return {**people.snapshot(found), "roles": sorted(told, key=str)}


def _said(given: Sequence[dict[str, Any]], name: str) -> set[str]:
    return {one[name] for one in given if name in one}
