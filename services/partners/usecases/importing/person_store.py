"""Entering rows of people: all that is known of them is read and locked at once, and each row is then asked of anew by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import UnknownRegion
from services.partners.models import Import, ImportRow, Person, PersonGrant
from services.partners.models.imports import Result
from services.partners.people_errors import LastNational
from services.partners.queries import regions_answering
from services.partners.queries.privacy import only_national
from services.partners.usecases import people
from services.partners.usecases.importing.kinds import Came, each
from services.partners.usecases.importing.person_known import Known, known_of
from services.partners.usecases.importing.person_plan import Plan, hindrance, planned
from services.partners.usecases.sign_in import end_all
from services.partners.usecases.statements import state_people
from shared import audit
from shared.auth.actor import Actor
from shared.errors import Conflict, Forbidden, NotFound


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
        known.organisation_stands(given)
        found = known.whom(row)
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
            made.language = self.known.language_of(made, plan.roles.give[0])
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


async def store(session: AsyncSession, _from: Import, actor: Actor, rows: Sequence[ImportRow]) -> list[Came]:
    """Enter what rows about different people say of them; returns what came of each."""
    entry = Entry(session, actor, await known_of(session, actor, rows))
    came = await each(rows, entry.enter)
    await entry.write()
    await entry.tell()
    return came


def _snapshot(found: Person, grants: Sequence[PersonGrant]) -> dict[str, Any]:
    told = [audit.snapshot(grant, leave_out=("person_id",)) for grant in grants]
    return {**people.snapshot(found), "roles": sorted(told, key=str)}
