"""Regions: the counties of today are there from the start; others are entered, and all are edited, by staff."""

import json
from importlib.resources import files
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import Stale, UnknownRegion
from services.partners.models import Membership, Person, PersonGrant, Region
from services.partners.queries import every_region, not_over
from services.partners.queries import region as region_of
from services.partners.queries.holding import keep_regions
from services.partners.region_errors import RegionInUse, SlugTaken, TileTaken, WrongOrder
from services.partners.schemas.regions import RegionEdit, RegionIn, RegionNames
from services.partners.usecases.statements import state_regions
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import about, can, require

NATIONAL_FIELDS = ("counties", "tile_row", "tile_column", "valid_from", "valid_to")
"""What only national staff change: where a region stands on the map, and when it holds."""


async def establish(session: AsyncSession) -> int:
    """Enter the reference regions that are missing, and tell the network; returns how many were entered."""
    known = {region.slug for region in await every_region(session)}
    rows = json.loads((files("services.partners") / "reference" / "regions.json").read_text("utf-8"))
    missing = [Region(**row) for row in rows if row["slug"] not in known]
    session.add_all(missing)
    await session.flush()
    await state_regions(session, missing)
    return len(missing)


async def known_slugs(session: AsyncSession, wanted: list[str], field: str = "regions") -> list[str]:
    """Return `wanted` without repeats; raises UnknownRegion for a slug no region has today.

    The regions are held until the transaction ends, so that none is closed while somebody enters it.
    """
    await keep_regions(session)
    query = select(Region).where(col(Region.slug).in_(wanted)).order_by(col(Region.id)).with_for_update(read=True)
    found = (await session.exec(query, execution_options={"populate_existing": True})).all() if wanted else []
    known = {region.slug for region in found if region.holds()}
    for slug in wanted:
        if slug not in known:
            raise UnknownRegion(field=field, region=slug)
    return sorted(set(wanted))


async def create(session: AsyncSession, actor: Actor | None, given: RegionIn) -> Region:
    """Enter a region; raises Forbidden, SlugTaken, TileTaken, WrongOrder."""
    require(actor, "region.edit", about(national=True))
    await unused(session, given, slug=given.slug)
    made = Region(slug=given.slug, **values(given), host=given.host or "")
    _dated(made, given)
    session.add(made)
    await session.flush()
    audit.note(session, actor, "region.created", _subject(made), {}, audit.snapshot(made))
    await state_regions(session, [made])
    return made


async def edit(session: AsyncSession, actor: Actor | None, slug: str, given: RegionEdit) -> Region:
    """Change a region as a whole; raises NotFound, Forbidden, Stale, TileTaken, WrongOrder, RegionInUse.

    Its leader changes its names, language and host; the map and the dates are national staff's, and left alone for others.
    """
    require(actor, "region.edit", about(slug))
    found = await region_of(session, slug, to_change=True)
    if given.version is not None and given.version != found.version:
        raise Stale
    before = audit.snapshot(found)
    taken = {**values(given), "host": given.host or ""}
    if can(actor, "region.edit", about(national=True)):
        if not found.successors:
            await unused(session, given, own=found)
        _dated(found, given)
        if found.valid_to is not None and not found.successors and await in_use(session, slug):
            raise RegionInUse(field="valid_to")
    else:
        taken = {name: value for name, value in taken.items() if name not in (*NATIONAL_FIELDS, "county_number")}
    found.become(taken)
    session.add(found)
    audit.note(session, actor, "region.edited", _subject(found), before, audit.snapshot(found))
    await session.flush()
    await state_regions(session, [found])
    return found


def values(given: RegionNames) -> dict[str, Any]:
    """Return what a region keeps of its names and its place."""
    kept = given.model_dump(include=set(RegionNames.model_fields))
    return {**kept, "county_number": given.counties[0] if given.counties else ""}


async def unused(
    session: AsyncSession,
    given: RegionNames,
    *,
    slug: str | None = None,
    own: Region | None = None,
    leaving: list[str] | None = None,
) -> None:
    """Raise SlugTaken or TileTaken for what another region has; those that are `leaving` give their place up."""
    for other in await every_region(session):
        if slug is not None and other.slug == slug:
            raise SlugTaken(field="slug", slug=slug)
        if other is own or not other.holds() or other.slug in (leaving or []):
            continue
        if (other.tile_row, other.tile_column) == (given.tile_row, given.tile_column):
            raise TileTaken(field="tile_row", name=other.name_nb)


async def in_use(session: AsyncSession, slug: str) -> bool:
    """Whether any organisation or person is in the region today, or will be."""
    for query in (
        select(Membership.id).where(Membership.region == slug, not_over(Membership)),
        select(PersonGrant.id).where(PersonGrant.region == slug, not_over(PersonGrant)),
        select(Person.id).where(Person.region == slug),
    ):
        if (await session.exec(query.limit(1))).first() is not None:
            return True
    return False


def _dated(region: Region, given: RegionEdit) -> None:
    if given.valid_from and given.valid_to and given.valid_to <= given.valid_from:
        raise WrongOrder(field="valid_to")
    region.valid_from = given.valid_from
    if not region.successors:
        region.valid_to = given.valid_to


def _subject(region: Region) -> audit.Subject:
    return audit.Subject("region", region.id, [region.slug])
