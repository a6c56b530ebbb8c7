"""Registering and editing organisations."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import ExternalIdTaken, OrgNumberTaken, RegionNeeded, Stale, UnknownTopic
from services.partners.models import Alias, FormerName, Membership, Organisation
from services.partners.names import folded
from services.partners.queries import organisation as organisation_of
from services.partners.queries import regions_of
from services.partners.queries.dated import running
from services.partners.queries.topics import topics_open
from services.partners.register.unit import Unit
from services.partners.register.verdicts import same_name
from services.partners.schemas import OrganisationEdit, OrganisationIn
from services.partners.usecases.entering import uniquely
from services.partners.usecases.prefill import vouched
from services.partners.usecases.regions import known_slugs
from services.partners.usecases.statements import restate_people_of, state_organisations
from services.partners.visibility import differing, hidden
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import about, can, require
from shared.clock import today_in_norway

FIELDS = ("name", "org_number", "sector", "municipality", "website", "description", "active")
DETAILS = (
    *("municipality_number", "legal_form", "nace_code", "nace_text", "employees", "language"),
    *("offers", "needs", "visibility"),
)
VOUCHED = ("verified_on", "sector_source", "sector_reason", "sector_value", "sector_on")


async def register(
    session: AsyncSession, actor: Actor | None, given: OrganisationIn, told: Unit | None = None
) -> Organisation:
    """Enter an organisation; raises Forbidden, RegionNeeded, UnknownRegion, UnknownTopic, OrgNumberTaken, ExternalIdTaken.

    `told` is what the register of organisations says of it; without, it counts as not confirmed.
    """
    national = can(actor, "organisation.create", about(national=True))
    if can(actor, "registry.import") and not given.regions and not national:
        raise RegionNeeded(field="regions")
    require(actor, "organisation.create", about(*given.regions))
    regions = await known_slugs(session, given.regions)
    await _known_topics(session, given, None)
    made = Organisation(
        **_values(given), external_id=given.external_id, **vouched(given.org_number, given.sector, told)
    )
    async with uniquely(session, lambda: _unused(session, actor, given, None)):
        session.add(made)
    await become(session, made, set(), set(regions))
    await state_organisations(session, [made])
    audit.note(session, actor, "organisation.registered", _subject(made, regions), None, _snapshot(made, regions))
    return made


async def edit(
    session: AsyncSession, actor: Actor | None, organisation_id: UUID, given: OrganisationEdit, told: Unit | None = None
) -> Organisation:
    """Change an organisation as a whole; raises what :func:`register` does, NotFound and Stale."""
    found = await organisation_of(session, organisation_id, to_change=True)
    before = (await regions_of(session, [found.id]))[found.id]
    require(actor, "organisation.edit", about(*before, organisation_id=found.id))
    if given.version != found.version:
        raise Stale
    _may_change(actor, found, given, before)
    regions = await known_slugs(session, given.regions)
    await _known_topics(session, given, found)
    was = _snapshot(found, before)
    values = _values(given)
    if given.org_number != found.org_number or given.sector != found.sector or told is not None:
        values |= {"verified_on": None} if given.org_number != found.org_number else {}
        values |= vouched(given.org_number, given.sector, told)
    if given.external_id:
        values["external_id"] = given.external_id
    async with uniquely(session, lambda: _unused(session, actor, given, found)):
        await rewrite(session, found, values)
    if regions != before:
        await become(session, found, set(before), set(regions))
        await restate_people_of(session, [found.id])
    await state_organisations(session, [found])
    subject = _subject(found, {*before, *regions})
    audit.note(session, actor, "organisation.edited", subject, was, _snapshot(found, regions))
    return found


async def rewrite(session: AsyncSession, found: Organisation, values: Mapping[str, Any]) -> None:
    """Have an organisation take over `values`, and remember the name it had."""
    name = values.get("name", found.name)
    if not same_name(found.name, name):
        await remember_name(session, found.id, found.name)
    found.become(values)


async def remember_name(session: AsyncSession, organisation_id: UUID, name: str) -> None:
    """Have an organisation be found by a name that it has no longer."""
    session.add(
        FormerName(organisation_id=organisation_id, name=name, name_folded=folded(name), until=today_in_norway())
    )


async def become(session: AsyncSession, found: Organisation, before: set[str], after: set[str]) -> None:
    """End today the memberships that are not in `after`, and begin those that are not in `before`."""
    leaving = select(Membership).where(
        Membership.organisation_id == found.id, col(Membership.region).in_(before - after), running(Membership)
    )
    for membership in (await session.exec(leaving)).all():
        membership.until = today_in_norway()
        session.add(membership)
    session.add_all(Membership(organisation_id=found.id, region=region) for region in sorted(after - before))
    await session.flush()


def _may_change(actor: Actor | None, found: Organisation, given: OrganisationEdit, regions: list[str]) -> None:
    """Its own people change what it says of itself; what it is to the network, and which number it has, staff do."""
    moves = given.active != found.active if given.status is None else given.status != found.status
    if moves:
        require(actor, "organisation.create", about(*regions))
    if found.org_number and given.org_number != found.org_number:
        require(actor, "organisation.create", about(*regions))
    if set(given.regions) != set(regions):
        require(actor, "organisation.create", about(*(set(given.regions) ^ set(regions))))


def _values(given: OrganisationIn) -> dict[str, Any]:
    values = given.model_dump(include={*FIELDS, *DETAILS})
    values["visibility"] = differing(given.visibility)
    if given.status is not None:
        values["status"] = given.status
    return values


async def _known_topics(session: AsyncSession, given: OrganisationIn, found: Organisation | None) -> None:
    """Raise UnknownTopic for one that may not be chosen; what was chosen while it could be, stays."""
    if not given.offers and not given.needs:
        return
    known = {topic.code for topic in await topics_open(session)}
    for field in ("offers", "needs"):
        kept = set(getattr(found, field)) if found else set()
        for code in getattr(given, field):
            if code not in known | kept:
                raise UnknownTopic(field=field, topic=code)


def _subject(found: Organisation, regions: Any) -> audit.Subject:
    return audit.Subject("organisation", found.id, regions)


def _snapshot(found: Organisation, regions: list[str]) -> dict[str, Any]:
    return {**audit.snapshot(found), "regions": regions}


async def number_taken(
    session: AsyncSession, actor: Actor | None, other: Organisation, field: str | None = None
) -> OrgNumberTaken:
    """Return what is refused where `other` has a number; it is named to those who may know of it."""
    if hidden(actor, other, (await regions_of(session, [other.id]))[other.id]):
        return OrgNumberTaken(OrgNumberTaken.nameless, field=field)
    return OrgNumberTaken(field=field, name=other.name)


async def _unused(session: AsyncSession, actor: Actor | None, given: OrganisationIn, own: Organisation | None) -> None:
    if given.org_number:
        query = select(Organisation).where(Organisation.org_number == given.org_number)
        other = (await session.exec(query)).one_or_none()
        if other is not None and other is not own:
            raise await number_taken(session, actor, other, "org_number")
    if given.external_id:
        query = select(Organisation).where(Organisation.external_id == given.external_id)
        other = (await session.exec(query)).one_or_none()
        alias = await session.get(Alias, given.external_id)
        if (other is not None and other is not own) or (alias and (own is None or alias.organisation_id != own.id)):
            raise ExternalIdTaken(field="external_id")
