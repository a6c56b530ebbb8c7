"""What the registry remembers of the library: which cases are an organisation's."""

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import PartnerCase
from shared.contracts.knowledge import CaseArchived, CasePublished


async def note_published(session: AsyncSession, fact: CasePublished) -> None:
    """Show a published case on its organisation's page."""
    known = await session.get(PartnerCase, fact.case_id)
    if fact.organisation_id is None or (known is not None and known.version >= fact.version):
        return
    row = PartnerCase(
        case_id=fact.case_id,
        version=fact.version,
        organisation_id=fact.organisation_id,
        title=fact.title,
        summary=fact.summary,
        region=fact.region,
        published_at=fact.published_at,
    )
    await session.merge(row)


async def note_archived(session: AsyncSession, fact: CaseArchived) -> None:
    """Show a case no longer; one archived before its publication was heard is remembered as hidden."""
    known = await session.get(PartnerCase, fact.case_id)
    if fact.organisation_id is None or (known is not None and known.version >= fact.version):
        return
    hidden = PartnerCase(
        case_id=fact.case_id,
        version=fact.version,
        organisation_id=fact.organisation_id,
        title=fact.title,
        region=fact.region,
        visible=False,
    )
    await session.merge(hidden)
