"""The library's audit, for staff and auditors: who did what with cases and vocabularies."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.knowledge.pages.audit_words import LABELS
from services.knowledge.queries import audit as asks
from services.knowledge.queries.audit import reader_of
from shared.audit.reading import AuditFilter
from shared.web import audit
from shared.web.doors import Reading, Who
from shared.web.exports import Format
from shared.web.i18n import marker as _

router = APIRouter(prefix="/cases/audit", include_in_schema=False)

BOOK = audit.Book("/cases/audit", (_("Eksempler"), "/cases"), asks, LABELS, {"case": "/cases/"}, asks.every_region_name)
Wanted = Annotated[AuditFilter, Depends(audit.asked)]


@router.get("")
async def show(request: Request, session: Reading, actor: Who, wanted: Wanted, page: audit.Page = 1) -> Response:
    """Who changed what, newest first, with the fields before and after."""
    return await audit.show(request, session, BOOK, reader_of(actor), wanted, page)


@router.get("/export")
async def download(request: Request, session: Reading, actor: Who, wanted: Wanted, format: Format = "xlsx") -> Response:
    """The same list as a file, all of it, oldest first."""
    return await audit.download(request, session, BOOK, reader_of(actor), wanted, format)
