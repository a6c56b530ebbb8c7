"""The order in which those who change the registry at once wait for each other."""

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.queries.rearrangements import REGIONS
from shared.db.locks import hold


async def keep_regions(session: AsyncSession) -> None:
    """Have no regions be rearranged until the transaction ends.

    Asked for before any row of an organisation, a person or a region is held: a rearrangement takes all of them, the regions first,
    and whoever held one and then asked for another would wait for it while it waits for them.
    """
    await hold(session, REGIONS, together=True)
