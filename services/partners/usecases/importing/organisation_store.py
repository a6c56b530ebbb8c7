"""Entering rows of organisations: all that is known of them is read and locked at once, and each row is then asked of anew by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import UnknownRegion
from services.partners.models import Import, ImportRow, Membership, Organisation
from services.partners.models.imports import Result
from services.partners.models.organisations import RECORDED
from services.partners.queries import every_region, regions_of
from services.partners.queries.holding import keep_regions
from services.partners.queries.importing import (
    KnownOrganisations,
    former_names,
    known_organisations,
    locked,
    partnerships_ever,
    regions_held,
)
from services.partners.usecases.importing.kinds import Came, each
from services.partners.usecases.importing.organisation_checks import NO_SECTOR
from services.partners.usecases.importing.organisation_plan import Plan, hindrance, planned
from services.partners.usecases.importing.organisation_rows import SECTORS
from services.partners.usecases.importing.places import RegionNames
from services.partners.usecases.organisations import rewrite
from services.partners.usecases.prefill import vouched
from services.partners.usecases.statements import restate_people_of, state_organisations
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import about, can, require
from shared.errors import Conflict, Forbidden, Invalid, NotFound

VOUCHED = ("org_number", "sector")
"""What the register of organisations bears out: changed by a spreadsheet, it counts as typed."""


@dataclass(frozen=True)
class Known:
    """What is known of the organisations rows are about. `open` are the regions of today, `own` where each is a partner."""

    regions: RegionNames
    open: set[str]
    named: KnownOrganisations
    organisations: dict[UUID, Organisation]
    held: dict[UUID, list[Membership]]
    former_names: dict[UUID, list[str]]
    own: dict[UUID, list[str]]


@dataclass(frozen=True)
class Change:
    """An organisation that was registered or changed: as it was (None: not at all), and every partnership of its now."""

    organisation: Organisation
    was: dict[str, Any] | None
    plan: Plan
    held: Sequence[Membership]


@dataclass
class Entry:
    """Rows being entered: the changes that are yet to be told of."""

    session: AsyncSession
    actor: Actor
    known: Known
    changes: list[Change] = field(default_factory=list)

    async def enter(self, row: ImportRow) -> Result:
        """Enter what a row says, and leave the rest. Raises NotFound, Forbidden, Conflict, UnknownRegion, and what is refused of dates."""
        given, known = row.given, self.known
        found = _which(known, row)
        held = known.held[found.id] if found else []
        plan = planned(given, found, held, known.former_names[found.id] if found else [], known.regions)
        if hindrance(self.actor, given, plan, found, known.own[found.id] if found else [], known.regions):
            raise Forbidden
        if plan.doubts and not row.doubtful:
            # Nobody was asked: what makes it unlikely came after the check.
            raise Conflict
        for slug in sorted(plan.places.regions):
            if slug not in known.open:
                raise UnknownRegion(field="regions", region=slug)
        if found is None:
            self._register(given, plan)
            return "new"
        if not plan.changes:
            return "unchanged"
        await self._change(found, plan, held)
        return "corrected"

    async def write(self) -> None:
        """Write what was changed, organisations before the partnerships that are theirs."""
        await self.session.flush()
        for change in self.changes:
            for one in change.plan.places.begin:
                one.organisation_id = change.organisation.id
            self.session.add_all(change.plan.places.begin)
        await self.session.flush()

    async def tell(self) -> None:
        """Tell the network of what was written, and of the people of those who are partners elsewhere now, and the audit."""
        firms = [change.organisation for change in self.changes]
        own, after = self.known.own, await regions_of(self.session, [one.id for one in firms])
        moved = [one.id for one in firms if one.id in own and set(own[one.id]) != set(after[one.id])]
        if moved:
            await restate_people_of(self.session, moved)
        await state_organisations(self.session, firms)
        for change in self.changes:
            found, places = change.organisation, change.plan.places
            regions = {*own.get(found.id, ()), *after[found.id], *places.regions}
            subject = audit.Subject("organisation", found.id, regions)
            now = _snapshot(found, [*change.held, *places.begin])
            audit.note(self.session, self.actor, "organisation.imported", subject, change.was, now)

    def _register(self, given: dict[str, Any], plan: Plan) -> None:
        if not can(self.actor, "organisation.create", about(national=True)):
            require(self.actor, "organisation.create", about(*given.get("regions", [])))
        if "sector" not in given:
            raise Invalid(NO_SECTOR, field="sector", choices=SECTORS.shown)
        made = Organisation(**plan.values, **vouched(given.get("org_number"), given["sector"], None))
        self.session.add(made)
        self.changes.append(Change(made, None, plan, []))

    async def _change(self, found: Organisation, plan: Plan, held: Sequence[Membership]) -> None:
        was = _snapshot(found, held)
        values = dict(plan.values)
        if any(name in values for name in VOUCHED):
            number, sector = values.get("org_number", found.org_number), values.get("sector", found.sector)
            told = vouched(number, sector, None)
            values |= {"verified_on": None, **told} if "org_number" in values else told
        await rewrite(self.session, found, values)
        for one, differing in plan.places.amend:
            self.session.add_all(one.become(differing))
        self.changes.append(Change(found, was, plan, held))


async def store(session: AsyncSession, _from: Import, actor: Actor, rows: Sequence[ImportRow]) -> list[Came]:
    """Enter what rows about different organisations say of them; returns what came of each."""
    entry = Entry(session, actor, await _known(session, rows))
    came = await each(rows, entry.enter)
    await entry.write()
    await entry.tell()
    return came


async def _known(session: AsyncSession, rows: Sequence[ImportRow]) -> Known:
    """Read what rows are about, and lock it: regions, then organisations."""
    await keep_regions(session)
    held = await regions_held(session, {slug for row in rows for slug in row.given.get("regions", [])})
    unknown = [row.given for row in rows if row.subject_id is None]
    named = await known_organisations(session, _said(unknown, "external_id"), _said(unknown, "org_number"))
    known = [row.subject_id for row in rows if row.subject_id is not None]
    organisations = await locked(session, Organisation, [*known, *(one.id for one in named.all)])
    ids = list(organisations)
    return Known(
        regions=RegionNames(await every_region(session)),
        open=held,
        named=named,
        organisations=organisations,
        held=await partnerships_ever(session, ids),
        former_names=await former_names(session, ids),
        own=await regions_of(session, ids),
    )


def _which(known: Known, row: ImportRow) -> Organisation | None:
    """Return the organisation a row is about; None for a new one. Raises NotFound where it was merged or its row emptied since."""
    external_id, number = row.given.get("external_id", ""), row.given.get("org_number", "")
    if row.subject_id is not None:
        found = known.organisations.get(row.subject_id)
    elif not row.given or external_id in known.named.by_alias:
        raise NotFound
    else:
        one = known.named.by_external_id.get(external_id) or known.named.by_number.get(number)
        if one is None:
            return None
        found = known.organisations.get(one.id)
    if found is None or found.merged_into is not None:
        raise NotFound
    return found


def _snapshot(found: Organisation, held: Sequence[Membership]) -> dict[str, Any]:
    memberships = [audit.snapshot(one, leave_out=("organisation_id", *RECORDED)) for one in held]
    return {**audit.snapshot(found), "memberships": sorted(memberships, key=str)}


def _said(given: Sequence[dict[str, Any]], name: str) -> set[str]:
    return {one[name] for one in given if name in one}
