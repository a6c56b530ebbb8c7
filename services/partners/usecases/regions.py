"""Regions: the counties of today are there from the start."""

import json
from importlib.resources import files

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import UnknownRegion
from services.partners.models import Region
from services.partners.queries import all_regions
from services.partners.usecases.statements import state_regions


async def establish(session: AsyncSession) -> int:
    """Enter the reference regions that are missing, and tell the network; returns how many were entered."""
    known = {region.slug for region in await all_regions(session)}
    rows = json.loads((files("services.partners") / "reference" / "regions.json").read_text("utf-8"))
    missing = [Region(**row) for row in rows if row["slug"] not in known]
    session.add_all(missing)
    await session.flush()
    await state_regions(session, missing)
    return len(missing)


async def known_slugs(session: AsyncSession, wanted: list[str], field: str = "regions") -> list[str]:
    """Return `wanted` without repeats; raises UnknownRegion for a slug no region has."""
    known = {region.slug for region in await all_regions(session)}
    for slug in wanted:
        if slug not in known:
            raise UnknownRegion(field=field, region=slug)
    return sorted(set(wanted))
