"""Moving what a region held, each as of the day: what was ends on it, and what comes begins on it."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Membership, Organisation, PartnerCase, PartnerWebinar, Person, PersonGrant
from services.partners.models.organisations import MembershipKind
from services.partners.usecases.rearranging.planning import Line, Plan
from shared import audit
from shared.auth.actor import Actor
from shared.contracts.partners import RegionsRearranged

FRESH = {"populate_existing": True}
Span = tuple[date, MembershipKind, date | None]


async def move_organisations(session: AsyncSession, actor: Actor | None, plan: Plan, day: date) -> list[Organisation]:
    """End the memberships in what closes, and begin those in what takes over; returns the organisations, changed."""
    lines = {line.id: line for line in plan.of("organisation")}
    query = select(Organisation).where(col(Organisation.id).in_(lines)).order_by(col(Organisation.id))
    found = list((await session.exec(query.with_for_update(), execution_options=FRESH)).all())
    held = await _memberships(session, lines, day)
    for organisation in found:
        line = lines[organisation.id]
        left = [one for one in held[line.id] if one.region in plan.rearrangement.sources]
        # Where it is both, being a member counts.
        near = sorted(held[line.id], key=lambda one: one.kind == "member")
        there = {one.region: one for one in near if one.region not in plan.rearrangement.sources}
        spans = [(max(one.since, day), one.kind, one.until) for one in left]
        for one in left:
            one.until = max(one.since, day)
            session.add(one)
        await session.flush()
        for slug in line.targets or ():
            _begin(session, line.id, slug, spans, there.get(slug), day)
        for slug in line.guest_in:
            if slug not in there:
                until = plan.rearrangement.guests_until
                session.add(Membership(organisation_id=line.id, region=slug, kind="guest", since=day, until=until))
        organisation.changed()
        _note(session, actor, "organisation.moved", line)
    await session.flush()
    return found


def _begin(
    session: AsyncSession,
    organisation_id: UUID,
    slug: str,
    spans: Sequence[Span],
    there: Membership | None,
    day: date,
) -> None:
    """Begin the membership that carries on those of `spans`, unless it is a member there already; a guest becomes one."""
    members = [span for span in spans if span[1] == "member"] or list(spans)
    kind = members[0][1]
    if there is not None and (there.kind == "member" or kind == "guest"):
        return
    if there is not None:
        there.until = max(there.since, day)
        session.add(there)
    ends = [until for _, _, until in members]
    until = None if None in ends else max(end for end in ends if end is not None)
    since = min(since for since, _, _ in members)
    session.add(Membership(organisation_id=organisation_id, region=slug, kind=kind, since=since, until=until))


async def _memberships(session: AsyncSession, lines: Iterable[UUID], day: date) -> dict[UUID, list[Membership]]:
    query = select(Membership).where(col(Membership.organisation_id).in_(list(lines)))
    found: dict[UUID, list[Membership]] = {organisation_id: [] for organisation_id in lines}
    for membership in (await session.exec(query.order_by(col(Membership.id)))).all():
        if membership.until is None or membership.until > max(day, membership.since):
            found[membership.organisation_id].append(membership)
    return found


async def move_people(session: AsyncSession, actor: Actor | None, plan: Plan, day: date) -> list[Person]:
    """Move the roles people hold over what closes, and their own region; returns everybody concerned, changed."""
    lines = {line.id: line for line in plan.of("person")}
    query = select(Person).where(col(Person.id).in_(lines)).order_by(col(Person.id))
    found = list((await session.exec(query.with_for_update(), execution_options=FRESH)).all())
    sources = plan.rearrangement.sources
    held = select(PersonGrant).where(col(PersonGrant.person_id).in_(lines))
    grants: dict[UUID, list[PersonGrant]] = {person_id: [] for person_id in lines}
    for grant in (await session.exec(held.order_by(col(PersonGrant.id)))).all():
        if grant.until is None or grant.until > max(day, grant.since):
            grants[grant.person_id].append(grant)
    for person in found:
        line = lines[person.id]
        if not line.follows:
            _move_grants(session, grants[person.id], line.targets or (), sources, day)
            if person.region in sources:
                person.region = next(iter(line.targets or ()), None)
            _note(session, actor, "person.moved", line)
        person.changed()
    await session.flush()
    return found


def _move_grants(
    session: AsyncSession, held: Sequence[PersonGrant], targets: Sequence[str], sources: Sequence[str], day: date
) -> None:
    has = {grant.place for grant in held if grant.region not in sources}
    for grant in held:
        if grant.region not in sources:
            continue
        since, until = max(grant.since, day), grant.until
        for slug in targets:
            place = (grant.role, slug, grant.organisation_id)
            if place not in has:
                has.add(place)
                kept = grant.model_dump(exclude={"id", "region", "since", "until"})
                session.add(PersonGrant(**kept, region=slug, since=since, until=until))
        grant.until = since
        session.add(grant)


async def move_cases(session: AsyncSession, plan: Plan) -> None:
    """Note the new region of each case; the library moves the cases themselves."""
    goes = {line.id: line.targets[0] for line in plan.of("case") if line.targets}
    query = select(PartnerCase).where(col(PartnerCase.case_id).in_(goes)).order_by(col(PartnerCase.case_id))
    for case in (await session.exec(query.with_for_update(), execution_options=FRESH)).all():
        case.region = goes[case.case_id]
        session.add(case)


async def move_webinars(session: AsyncSession, plan: Plan, said: RegionsRearranged) -> None:
    """Note whom each webinar ahead is for now; events moves the webinars themselves."""
    ids = [line.id for line in plan.of("webinar")]
    query = select(PartnerWebinar).where(col(PartnerWebinar.id).in_(ids)).order_by(col(PartnerWebinar.id))
    for webinar in (await session.exec(query.with_for_update(), execution_options=FRESH)).all():
        webinar.regions = said.webinar_regions(webinar.regions, webinar.id)
        session.add(webinar)


def _note(session: AsyncSession, actor: Actor | None, action: str, line: Line) -> None:
    subject = audit.Subject(line.kind, line.id, [*line.sources, *(line.targets or ()), *line.guest_in])
    after = {"regions": list(line.targets or ()), **({"guest_in": list(line.guest_in)} if line.guest_in else {})}
    audit.note(session, actor, action, subject, {"regions": list(line.sources)}, after)
