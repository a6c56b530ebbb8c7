"""Looking after people by the clock: addresses nobody confirmed are forgotten, and who is not seen is warned and put out of use."""

from services.partners.settings import PartnersSettings
from services.partners.usecases import inactivity, profile
from shared.db.session import Database
from shared.web.app import Resources


async def watch(resources: Resources) -> None:
    """Do what is due. Any number of processes may do it at once and again."""
    settings = resources.settings
    assert isinstance(settings, PartnersSettings)
    await look_after(resources.database, settings.inactive_warn_months)


async def look_after(database: Database, months: int) -> None:
    """Do what is due for people not seen for `months`, some in each transaction."""
    async with database.writing() as session:
        await profile.forget_wishes(session)
    while True:
        async with database.writing() as session:
            if not await inactivity.step(session, months):
                return
