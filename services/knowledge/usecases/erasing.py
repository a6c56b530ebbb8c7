"""Forgetting a person: cases stay, without who wrote and reviewed them."""

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import Case, Revision
from shared import audit
from shared.auth.access import note_access as note_rights
from shared.auth.forgetting import forget
from shared.contracts.knowledge import KnowledgeErased
from shared.contracts.partners import AccessStated
from shared.outbox import record


async def note_access(session: AsyncSession, fact: AccessStated) -> None:
    """Take over what the registry says of a person's rights; one who is erased is forgotten for good."""
    if fact.erased:
        await erase(session, fact)
    else:
        await note_rights(session, fact)


async def erase(session: AsyncSession, fact: AccessStated) -> None:
    """Keep nothing that tells who a person was, and say so; done again, it says so again. What cases say is not touched."""
    person_id = fact.person_id
    await forget(session, person_id)
    await session.exec(sa.update(Case).where(col(Case.author_id) == person_id).values(author_id=None))
    await session.exec(sa.update(Case).where(col(Case.reviewer_id) == person_id).values(reviewer_id=None))
    await session.exec(sa.update(Revision).where(col(Revision.actor_id) == person_id).values(actor_id=None))
    await audit.erase(session, person_id, ())
    await record(session, KnowledgeErased(person_id=person_id, version=fact.version))
