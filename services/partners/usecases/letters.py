"""Asking the notifier for mail: each letter once, whoever asks again, and called back where it is needed no longer."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Letter, Person
from shared.clock import now
from shared.contracts.partners import LetterAsked, LetterContent, LetterKind, LetterWithdrawn
from shared.outbox import record

LASTS = timedelta(days=7)


async def ask(
    session: AsyncSession,
    person: Person,
    kind: LetterKind,
    subject_id: UUID,
    *,
    occasion: str = "",
    content: LetterContent | None = None,
    lasts: timedelta = LASTS,
) -> UUID | None:
    """Ask for a letter about `subject_id` to `person`; returns its id, or None where it was asked for before.

    `content` fills in the letter and holds no personal data. It is not sent once `lasts` is over.
    """
    letter = Letter(person_id=person.id, kind=kind, subject_id=subject_id, occasion=occasion, not_after=now() + lasts)
    await session.flush()
    connection = await session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = insert(Letter).values(letter.model_dump()).on_conflict_do_nothing()
    if not (await connection.execute(row)).rowcount:
        return None
    fact = LetterAsked(
        letter_id=letter.id,
        person_id=person.id,
        letter=kind,
        language=person.language,
        content=content or LetterContent(),
        not_after=letter.not_after,
        version=1,
    )
    await record(session, fact)
    return letter.id


async def withdraw(session: AsyncSession, kinds: Collection[LetterKind], *subject_ids: UUID) -> int:
    """Call back the letters of `kinds` about `subject_ids` that may still be on their way; returns how many."""
    query = select(Letter).where(
        col(Letter.kind).in_(kinds),
        col(Letter.subject_id).in_(subject_ids),
        col(Letter.withdrawn_at).is_(None),
        col(Letter.not_after) > now(),
    )
    found = (await session.exec(query.order_by(col(Letter.id)).with_for_update())).all()
    for letter in found:
        letter.withdrawn_at = now()
        letter.version += 1
        session.add(letter)
    await record(session, *(LetterWithdrawn(letter_id=letter.id, version=letter.version) for letter in found))
    return len(found)
