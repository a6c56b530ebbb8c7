"""What the calendar sets off about regions: operations that are due, and memberships and roles that begin or end today."""

from services.partners.usecases.memberships import keep_calendar
from services.partners.usecases.rearranging.executing import execute_due
from shared.web.app import Resources


async def turn(resources: Resources) -> None:
    """Carry out what is due, then tell of what began or ended by itself."""
    await execute_due(resources.database)
    async with resources.database.writing() as session:
        await keep_calendar(session)
