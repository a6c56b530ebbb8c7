"""Questions about regions."""

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Region
from shared.contracts.vocabulary import Language
from shared.web.i18n import letter_key


async def all_regions(session: AsyncSession) -> list[Region]:
    """Return every region, by its bokmål name in Norwegian order."""
    return sorted((await session.exec(select(Region))).all(), key=lambda region: letter_key(region.name_nb))


async def region_names(session: AsyncSession, language: Language) -> dict[str, str]:
    """Return the name of every region by its slug, in the order of :func:`all_regions`."""
    return {region.slug: region.name(language) for region in await all_regions(session)}
