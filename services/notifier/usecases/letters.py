"""Mail the registry and the library ask for: one for each letter, and none for a letter it called back."""

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifier.ledger import Owed, owe, owe_one, suppress
from services.notifier.letters_asked import KINDS
from services.notifier.library_letters import REPLY_TO
from services.notifier.models import MERGED, WithdrawnLetter
from services.notifier.tables import alone, delivery
from services.notifier.usecases.merging import STAYS
from shared.auth.forgetting import forgotten
from shared.auth.merged import standing
from shared.clock import now
from shared.contracts.knowledge import LibraryLetterAsked
from shared.contracts.partners import LetterAsked, LetterWithdrawn
from shared.db.session import ring

WITHDRAWN = "withdrawn"


async def note_asked(session: AsyncSession, fact: LetterAsked) -> None:
    """Owe the letter while there is time; one that was called back before is written down as held back."""
    person_id = await standing(session, MERGED, fact.person_id, to_write=True)
    if fact.not_after <= now() or await forgotten(session, person_id):
        return
    if person_id != fact.person_id and fact.letter in STAYS:
        return
    connection = await alone(session, f"letter {fact.letter_id}")
    content = {**fact.content.model_dump(mode="json", exclude_defaults=True), "language": fact.language}
    owed = Owed(fact.letter, fact.letter_id, 1, fact.not_after, content=content)
    called_back = await session.get(WithdrawnLetter, fact.letter_id)
    person = sa.select(sa.literal(person_id, sa.Uuid()).label("person_id"))
    await owe(connection, owed, person, sa.literal(WITHDRAWN, sa.String()) if called_back else None)
    ring(session, "deliveries")


async def note_asked_by_library(session: AsyncSession, fact: LibraryLetterAsked) -> None:
    """Owe the letter while there is time, and nobody it is to or from is erased."""
    person_id = await standing(session, MERGED, fact.person_id, to_write=True)
    if fact.not_after <= now() or await forgotten(session, person_id):
        return
    content = fact.content.model_dump(mode="json", exclude_defaults=True)
    if fact.reply_to_id is not None:
        other = await standing(session, MERGED, fact.reply_to_id)
        if await forgotten(session, other):
            return
        content[REPLY_TO] = str(other)
    owed = Owed(fact.letter, fact.letter_id, 1, fact.not_after, content=content)
    await owe_one(await session.connection(), owed, person_id)
    ring(session, "deliveries")


async def note_withdrawn(session: AsyncSession, fact: LetterWithdrawn) -> None:
    """Hold back the letter where it has not left; one that was not heard of yet is remembered."""
    connection = await alone(session, f"letter {fact.letter_id}")
    own = (delivery.c.subject_id == fact.letter_id, delivery.c.kind.in_(KINDS))
    await suppress(connection, WITHDRAWN, *own)
    known = await connection.execute(sa.select(delivery.c.id).where(*own).limit(1))
    if known.first() is None:
        await session.merge(WithdrawnLetter(letter_id=fact.letter_id))
