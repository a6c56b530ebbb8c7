"""Two records that turned out to be one person: what the one wrote and decided is the other's from now on."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import (
    MERGED,
    Adoption,
    Attachment,
    Base,
    Case,
    Match,
    Need,
    Picture,
    Question,
    Revision,
)
from shared.auth.merged import note_merged

PERSONS: tuple[tuple[type[Base], str], ...] = (
    (Case, "author_id"),
    (Case, "reviewer_id"),
    (Case, "contact_id"),
    (Revision, "actor_id"),
    (Picture, "uploader_id"),
    (Attachment, "uploader_id"),
    (Need, "poster_id"),
    (Match, "asked_by"),
    (Match, "answered_by"),
    (Adoption, "adopter_id"),
    (Question, "asker_id"),
)
"""Where the library keeps who somebody is."""


async def carry(session: AsyncSession, person_id: UUID, into: UUID) -> None:
    """Have all that is `person_id`'s be `into`'s; may be done again. What cases say is not touched."""
    survivor = await note_merged(session, MERGED, person_id, into)
    if survivor is None:
        return
    for table, name in PERSONS:
        column = col(getattr(table, name))
        await session.exec(sa.update(table).where(column == person_id).values({name: survivor}))
