"""What people want mail about."""

from collections.abc import Set
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifier.ledger import suppress
from services.notifier.models import MERGED, TOPICS, Preference, Recipient, Topic
from services.notifier.queries import known_recipient
from services.notifier.tables import delivery
from services.notifier.usecases.completion import complete
from shared.auth.merged import standing


async def choose(session: AsyncSession, person_id: UUID, wanted: Set[Topic]) -> None:
    """Keep which topics a person wants mail about; mail they no longer want and that waits is dropped. Raises NotFound."""
    person_id = (await _known(session, person_id)).person_id
    for topic, kind in TOPICS.items():
        await session.merge(Preference(person_id=person_id, topic=topic, wanted=topic in wanted))
        if topic not in wanted:
            own = (delivery.c.person_id == person_id, delivery.c.kind == kind)
            await suppress(await session.connection(), "preference", *own)
    await complete(session)


async def unsubscribe(session: AsyncSession, person_id: UUID, topic: Topic) -> None:
    """Take a person off one topic; raises NotFound."""
    person_id = (await _known(session, person_id)).person_id
    await session.merge(Preference(person_id=person_id, topic=topic, wanted=False))
    own = (delivery.c.person_id == person_id, delivery.c.kind == TOPICS[topic])
    await suppress(await session.connection(), "preference", *own)
    await complete(session)


async def _known(session: AsyncSession, person_id: UUID) -> Recipient:
    """Return whoever has this id, or had it, and will go on having the id they have by now until the end."""
    return await known_recipient(session, await standing(session, MERGED, person_id, to_write=True))
