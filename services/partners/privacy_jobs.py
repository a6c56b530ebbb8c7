"""What the clock sets off about privacy: the alarm for erasures that are late, and the daily look at the audit's chain."""

from datetime import timedelta

from services.partners.queries.audit import last_check
from services.partners.usecases import auditing, erasing
from shared.clock import now
from shared.web.app import Resources

CHECK_EVERY = timedelta(hours=24)


async def warn(resources: Resources) -> None:
    """Raise the alarm for erasures a service has not confirmed after a day."""
    async with resources.database.writing() as session:
        await erasing.warn(session)


async def check_audit(resources: Resources) -> None:
    """Follow the audit's chain from end to end, once a day, and keep what was found."""
    async with resources.database.reading() as session:
        last = await last_check(session)
        if last is not None and last.at > now() - CHECK_EVERY:
            return
        found = await auditing.look(session)
    async with resources.database.writing() as session:
        await auditing.keep(session, found)
