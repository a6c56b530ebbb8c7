"""What a rearrangement would move: worked out anew from the records each time, so that nothing that came since is left behind."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Membership, MovedKind, Organisation, Person, PersonGrant, Rearrangement
from services.partners.queries.rearrangements import (
    assignments,
    cases_in,
    organisations_in,
    other_regions,
    people_in,
    webinars_ahead,
)
from services.partners.queries.regions import every_region
from shared.clock import now

KINDS: tuple[MovedKind, ...] = ("organisation", "person", "case", "webinar")
Targets = tuple[str, ...] | None
Decided = Mapping[tuple[MovedKind, UUID], tuple[str, ...]]


@dataclass(frozen=True)
class Line:
    """One thing that moves: from `sources` to `targets`. None for `targets`: nobody decided; an empty one: it ends with its region.

    `follows`: it goes where its organisation goes, and is not asked for. `detail` tells it from others of its name.
    """

    kind: MovedKind
    id: UUID
    name: str
    sources: tuple[str, ...]
    targets: Targets
    by_hand: bool = False
    follows: bool = False
    detail: str = ""
    guest_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """All that moves."""

    rearrangement: Rearrangement
    lines: tuple[Line, ...]

    def of(self, kind: MovedKind) -> list[Line]:
        """Return what moves of one kind: first what nobody decided, then by name."""
        found = [line for line in self.lines if line.kind == kind]
        return [line for line in found if line.targets is None] + [line for line in found if line.targets is not None]

    @property
    def undecided(self) -> list[Line]:
        """What keeps the operation from being executed."""
        return [line for line in self.lines if line.targets is None]

    def counts(self, kind: MovedKind) -> dict[str, int]:
        """Return how many of a kind go to each region that takes over."""
        counted = Counter(slug for line in self.lines if line.kind == kind for slug in line.targets or ())
        return {slug: counted[slug] for slug in self.rearrangement.opened}

    @property
    def main(self) -> list[str]:
        """The regions that take over, the one most organisations go to first."""
        counts = self.counts("organisation")
        opened = self.rearrangement.opened
        return sorted(opened, key=lambda slug: (-counts[slug], opened.index(slug)))


async def planned(session: AsyncSession, found: Rearrangement) -> Plan:
    """Return what `found` would move if it were executed now. A region that keeps its slug moves nothing."""
    if found.sources == found.opened:
        return Plan(found, ())
    kept = await assignments(session, found.id)
    opened = set(found.opened)
    # What was sent to a region that no longer takes over is to be decided anew; what was said to end, ends.
    decided = {key: tuple(one.targets) for key, one in kept.items() if one.by_hand and opened.issuperset(one.targets)}
    firms = await organisations_in(session, found.sources)
    counties = await _counties(session, found)
    elsewhere = await other_regions(session, [firm.id for firm, _ in firms])
    lines = [_organisation(found, firm, held, elsewhere[firm.id], counties, decided) for firm, held in firms]
    goes = {line.id: line.targets for line in lines}
    people = await people_in(session, found.sources, list(goes))
    lines += [_person(found, person, grants, goes, decided) for person, grants in people]
    for case in await cases_in(session, found.sources):
        owner = goes.get(case.organisation_id) if case.organisation_id else None
        rule = _all_to_one(found) or (owner[:1] if owner else None)
        lines.append(_line("case", case.case_id, case.title, (case.region,), rule, decided))
    for webinar in await webinars_ahead(session, found.sources, now()):
        left = tuple(slug for slug in webinar.regions if slug in found.sources)
        lines.append(_line("webinar", webinar.id, webinar.title, left, tuple(found.opened) or None, decided))
    return Plan(found, tuple(lines))


def _organisation(
    found: Rearrangement,
    firm: Organisation,
    held: Mapping[str, Membership],
    elsewhere: Iterable[str],
    counties: Mapping[str, str],
    decided: Decided,
) -> Line:
    there = tuple(slug for slug in found.opened if slug in elsewhere)
    county = counties.get((firm.municipality_number or "")[:2])
    rule = _all_to_one(found) or ((county,) if county else None) or (there or None)
    line = _line("organisation", firm.id, firm.name, tuple(held), rule, decided, firm.municipality or "")
    return replace(line, guest_in=guest_places(found, line.targets))


def guest_places(found: Rearrangement, targets: Targets) -> tuple[str, ...]:
    """Return where an organisation that goes to `targets` stays a guest for a time."""
    if not found.guests_until or not targets:
        return ()
    taking = [target["slug"] for target in found.targets if target.get("takes_guests")]
    return tuple(slug for slug in taking if slug not in targets)


def _person(
    found: Rearrangement,
    person: Person,
    grants: Sequence[PersonGrant],
    goes: Mapping[UUID, Targets],
    decided: Decided,
) -> Line:
    own = {person.region, *(grant.region for grant in grants)} & set(found.sources)
    firms = [goes[grant.organisation_id] for grant in grants if grant.organisation_id and grant.organisation_id in goes]
    through = tuple(sorted({slug for targets in firms for slug in targets or ()}))
    if not own:
        return Line("person", person.id, person.name, _left(found, own), through, follows=True)
    staff = any(grant.region in found.sources for grant in grants)
    rule = _all_to_one(found) or (None if staff else (through or None))
    roles = ", ".join(sorted({grant.role for grant in grants if grant.region in found.sources}))
    return _line("person", person.id, person.name, _left(found, own), rule, decided, roles)


def _left(found: Rearrangement, own: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(slug for slug in found.sources if slug in set(own)) or tuple(found.sources)


def _line(
    kind: MovedKind,
    subject_id: UUID,
    name: str,
    sources: tuple[str, ...],
    rule: Targets,
    decided: Decided,
    detail: str = "",
) -> Line:
    by_hand = (kind, subject_id) in decided
    targets = decided[kind, subject_id] if by_hand else rule
    return Line(kind, subject_id, name, sources, targets, by_hand, False, detail)


def _all_to_one(found: Rearrangement) -> Targets:
    return tuple(found.opened) if len(found.opened) == 1 else None


async def _counties(session: AsyncSession, found: Rearrangement) -> dict[str, str]:
    """Return the region that takes over by the number of each county; a county two of them share says nothing."""
    known = {region.slug: region for region in await every_region(session)}
    pairs = [
        (number, target["slug"])
        for target in found.targets
        for number in (known[target["slug"]].covers if target["existing"] else target["counties"])
    ]
    shared = Counter(number for number, _ in pairs)
    return {number: slug for number, slug in pairs if shared[number] == 1}
