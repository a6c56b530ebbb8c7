"""What the registry remembers of webinars: whom those ahead are for, so that they can go along when regions change."""

from typing import Literal

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import PartnerWebinar
from services.partners.queries.rearrangements import REGIONS, executed
from shared.contracts.events import WebinarCancelled, WebinarFact, WebinarPublished
from shared.db.locks import hold


async def note_published(session: AsyncSession, fact: WebinarPublished) -> None:
    """Remember a webinar that was announced."""
    await _note(session, fact, "published")


async def note_cancelled(session: AsyncSession, fact: WebinarCancelled) -> None:
    """Remember that a webinar is not held."""
    await _note(session, fact, "cancelled")


async def _note(session: AsyncSession, fact: WebinarFact, status: Literal["published", "cancelled"]) -> None:
    await hold(session, REGIONS, together=True)
    regions = list(fact.audience.regions)
    for past in await executed(session):
        if fact.starts_at > past.at:
            regions = past.webinar_regions(regions, fact.webinar_id)
    row = {
        "id": fact.webinar_id,
        "version": fact.version,
        "title": fact.title[:300],
        "regions": regions,
        "starts_at": fact.starts_at,
        "status": status,
    }
    # One statement, since the two facts are heard by two consumers at once: the newest version stays.
    connection = await session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(PartnerWebinar).values(row)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["id"],
            set_={name: statement.excluded[name] for name in row if name != "id"},
            where=col(PartnerWebinar.version) < statement.excluded.version,
        )
    )
