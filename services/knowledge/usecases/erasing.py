"""Forgetting a person: cases stay, without who wrote and reviewed them."""

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import MERGED, Case
from services.knowledge.usecases.merging import PERSONS, carry
from shared import audit
from shared.auth.access import note_access as note_rights
from shared.auth.forgetting import forget, forgotten
from shared.auth.merged import every_id, forget_merged, standing
from shared.contracts.knowledge import KnowledgeErased
from shared.contracts.partners import AccessStated
from shared.outbox import record


async def note_access(session: AsyncSession, fact: AccessStated) -> None:
    """Take over what the registry says of a person's rights; one who is erased is forgotten for good, one merged stays so."""
    if fact.erased:
        await erase(session, fact)
        return
    if await forgotten(session, fact.person_id):
        return
    if fact.merged_into is not None:
        await carry(session, fact.person_id, fact.merged_into)
    elif await standing(session, MERGED, fact.person_id) != fact.person_id:
        return
    await note_rights(session, fact)


async def erase(session: AsyncSession, fact: AccessStated) -> None:
    """Keep nothing that tells who a person was, under any id they had, and say so; done again, it says so again.

    What cases and needs say is not touched.
    """
    ids = await every_id(session, MERGED, fact.person_id)
    await session.exec(sa.update(Case).where(col(Case.contact_id).in_(ids)).values(contact_since=None))
    for table, name in PERSONS:
        column = col(getattr(table, name))
        await session.exec(sa.update(table).where(column.in_(ids)).values({name: None}))
    for person_id in ids:
        await forget(session, person_id)
        await audit.erase(session, person_id, ())
    await forget_merged(session, MERGED, ids)
    await record(session, KnowledgeErased(person_id=fact.person_id, version=fact.version))
