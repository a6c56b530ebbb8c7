"""Asking the notifier for mail: each letter has an id that follows from what it is about, so asked for twice it is sent once."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID, uuid5

from sqlmodel.ext.asyncio.session import AsyncSession

from shared.clock import now
from shared.contracts.knowledge import LibraryLetterAsked, LibraryLetterContent, LibraryLetterKind
from shared.outbox import record

LETTERS = UUID("018f4e6a-9b1d-7c55-8a43-6f0c1e2d3b4a")
LASTS = timedelta(days=7)


async def ask(
    session: AsyncSession,
    kind: LibraryLetterKind,
    people: Iterable[UUID],
    subject_id: UUID,
    content: LibraryLetterContent,
    *,
    occasion: str = "",
    reply_to_id: UUID | None = None,
) -> None:
    """Ask for a letter about `subject_id` to each of `people`; one of the same `occasion` is sent once, whoever asks again."""
    facts = [
        LibraryLetterAsked(
            version=1,
            letter_id=uuid5(LETTERS, f"{kind}|{subject_id}|{person_id}|{occasion}"),
            person_id=person_id,
            letter=kind,
            content=content,
            reply_to_id=reply_to_id,
            not_after=now() + LASTS,
        )
        for person_id in dict.fromkeys(people)
    ]
    await record(session, *facts)
