"""Keeping segments true: people, roles, accounts and days change, and with them who belongs."""

from services.partners.queries.segments import segment, segment_ids
from services.partners.usecases.segments import has_changed, restate
from shared.db.session import Database
from shared.errors import NotFound
from shared.web.app import Resources


async def watch(resources: Resources) -> None:
    """Tell the network of every segment others belong to than it knows."""
    await restate_changed(resources.database)


async def restate_changed(database: Database) -> int:
    """Tell of the segments that changed; returns how many. It looks first and locks only those, so replicas may do so at once."""
    told = 0
    async with database.reading() as session:
        found = await segment_ids(session)
    for segment_id in found:
        try:
            async with database.reading() as session:
                if not await has_changed(session, segment_id):
                    continue
            async with database.writing() as session:
                told += await restate(session, await segment(session, segment_id, to_change=True))
        except NotFound:
            continue  # given up in the meantime
    return told
