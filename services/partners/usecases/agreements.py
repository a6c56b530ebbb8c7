"""Signing agreements, ending them, and the files that come with what organisations hand in."""

from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.errors import NoPdf, Stale
from services.partners.models import Agreement, StoredFile
from services.partners.schemas.obligations import AgreementIn, TerminationIn
from services.partners.usecases.placing import placed
from shared import audit
from shared.auth.actor import Actor
from shared.errors import NotFound
from shared.uploads.files import MOST_BYTES, Sent, is_pdf

PDF = "application/pdf"


async def sign(
    session: AsyncSession, actor: Actor | None, organisation_id: UUID, given: AgreementIn, file: Sent | None = None
) -> Agreement:
    """Enter a signed agreement, with its file where there is one; raises NotFound, Forbidden, NoPdf."""
    here = await placed(session, actor, organisation_id, "obligation.deliver")
    stored = await store(session, organisation_id, file) if file else None
    made = Agreement(**given.model_dump(), organisation_id=organisation_id, file_id=stored.id if stored else None)
    session.add(made)
    await session.flush()
    audit.note(session, actor, "agreement.signed", here.subject("agreement"), None, audit.snapshot(made))
    return made


async def terminate(
    session: AsyncSession, actor: Actor | None, organisation_id: UUID, agreement_id: UUID, given: TerminationIn
) -> Agreement:
    """End an agreement; staff of its region may. Raises NotFound, Forbidden, Stale, AgreementEnded."""
    here = await placed(session, actor, organisation_id, "obligation.manage")
    found = await _agreement(session, organisation_id, agreement_id)
    if given.version is not None and given.version != found.version:
        raise Stale
    before = audit.snapshot(found)
    found.terminate(given.terminated_on)
    audit.note(session, actor, "agreement.terminated", here.subject("agreement"), before, audit.snapshot(found))
    return found


async def attach(
    session: AsyncSession, actor: Actor | None, organisation_id: UUID, agreement_id: UUID, file: Sent
) -> Agreement:
    """Put a file with an agreement that has none, or in place of its own; raises NotFound, Forbidden, NoPdf."""
    here = await placed(session, actor, organisation_id, "obligation.deliver")
    found = await _agreement(session, organisation_id, agreement_id)
    before = audit.snapshot(found)
    found.enclose((await store(session, organisation_id, file)).id)
    audit.note(session, actor, "agreement.edited", here.subject("agreement"), before, audit.snapshot(found))
    return found


async def _agreement(session: AsyncSession, organisation_id: UUID, agreement_id: UUID) -> Agreement:
    query = select(Agreement).where(Agreement.id == agreement_id, Agreement.organisation_id == organisation_id)
    found = (await session.exec(query.with_for_update())).one_or_none()
    if found is None:
        raise NotFound
    return found


async def store(session: AsyncSession, organisation_id: UUID, file: Sent) -> StoredFile:
    """Keep a PDF for an organisation; raises NoPdf where the bytes are none, whatever the name says, or are too many."""
    if len(file.content) > MOST_BYTES:
        raise NoPdf(NoPdf.too_large, field="file")
    if not is_pdf(file.content):
        raise NoPdf(field="file")
    made = StoredFile.of(organisation_id, file.name or "dokument.pdf", PDF, file.content)
    session.add(made)
    await session.flush()
    return made
