"""Which API tokens were used in the registry itself: written down once a minute. The other services state theirs."""

from uuid import UUID

from services.partners.usecases import tokens
from shared.web.app import Resources


async def note(resources: Resources) -> None:
    """Note the tokens used since the last time."""

    async def tell(used: frozenset[UUID]) -> None:
        async with resources.database.writing() as session:
            await tokens.note_own_uses(session, used)

    await resources.token_uses.told(tell)
