"""The annual round by the clock: rounds open on their day, and letters are asked for, a few organisations in each transaction."""

from services.partners.queries.rounds import any_to_open, letters_due, open_rounds
from services.partners.schedule import asks_now
from services.partners.usecases import rounds
from shared.clock import now
from shared.web.app import Resources

AT_ONCE = 50
"""Organisations in one transaction: a round of hundreds holds none of them back for long."""


async def ask(resources: Resources) -> None:
    """Open the rounds that are due, and ask for the letters that are. Any number of processes may do it at once and again."""
    database = resources.database
    async with database.reading() as session:
        begins = await any_to_open(session, now())
    if begins:
        async with database.writing() as session:
            await rounds.open_due(session, now())
    if not asks_now(now()):
        return
    async with database.reading() as session:
        due = {one.id: await letters_due(session, one, now()) for one in await open_rounds(session)}
    for round_id, letters in due.items():
        ids = sorted({letter.organisation.id for letter in letters})
        for start in range(0, len(ids), AT_ONCE):
            async with database.writing() as session:
                await rounds.nudge(session, round_id, ids[start : start + AT_ONCE])
