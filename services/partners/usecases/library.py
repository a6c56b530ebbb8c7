"""What the registry remembers of the library: which cases are an organisation's."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Organisation, PartnerCase
from services.partners.queries import survivor
from services.partners.queries.rearrangements import REGIONS, executed
from shared.contracts.knowledge import CaseArchived, CaseFact, CasePublished
from shared.db.locks import hold


async def note_published(session: AsyncSession, fact: CasePublished) -> None:
    """Show a published case on its organisation's page."""
    await _note(session, fact, summary=fact.summary, published_at=fact.published_at, visible=True)


async def note_archived(session: AsyncSession, fact: CaseArchived) -> None:
    """Show a case no longer; one archived before its publication was heard is remembered as hidden."""
    await _note(session, fact, visible=False)


async def _owner(session: AsyncSession, organisation_id: UUID | None) -> UUID | None:
    """The library may not have heard yet that an organisation was a double."""
    known = await session.get(Organisation, organisation_id) if organisation_id else None
    return (await survivor(session, known)).id if known else organisation_id


async def _note(session: AsyncSession, fact: CaseFact, **said: Any) -> None:
    # One statement, since the two facts are heard by two consumers at once: the newest version stays, whoever writes last.
    # An operation on regions that goes on at this moment is waited for.
    await hold(session, REGIONS, together=True)
    region = fact.region
    for past in await executed(session):
        region = past.case_region(region, fact.case_id, fact.organisation_id)
    connection = await session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = {
        "case_id": fact.case_id,
        "version": fact.version,
        "organisation_id": await _owner(session, fact.organisation_id),
        "title": fact.title,
        "summary": "",
        "region": region,
        **said,
    }
    statement = insert(PartnerCase).values(row)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["case_id"],
            set_={name: statement.excluded[name] for name in row if name != "case_id"},
            where=col(PartnerCase.version) < statement.excluded.version,
        )
    )
