"""The audit, for staff and auditors: who changed what in their regions, and whether it is as it was written."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.partners import queries
from services.partners.audit_words import LABELS
from services.partners.queries import audit as asks
from services.partners.queries.audit import last_check, reader_of
from shared.audit.reading import AuditFilter
from shared.web import audit
from shared.web.doors import Reading, Who
from shared.web.exports import Format
from shared.web.i18n import marker as _

router = APIRouter(prefix="/partners/audit", include_in_schema=False)

BOOK = audit.Book(
    "/partners/audit",
    (_("Partnere"), "/partners"),
    asks,
    LABELS,
    {"organisation": "/partners/", "person": "/partners/people/"},
    queries.every_region_name,
    by_name=True,
)
Wanted = Annotated[AuditFilter, Depends(audit.asked)]


@router.get("")
async def show(request: Request, session: Reading, actor: Who, wanted: Wanted, page: audit.Page = 1) -> Response:
    """Who changed what, newest first, with the fields before and after."""
    reader = reader_of(actor)
    check = await last_check(session)
    return await audit.show(request, session, BOOK, reader, wanted, page, "partners/audit.html", check=check)


@router.get("/export")
async def download(request: Request, session: Reading, actor: Who, wanted: Wanted, format: Format = "xlsx") -> Response:
    """The same list as a file, all of it, oldest first."""
    return await audit.download(request, session, BOOK, reader_of(actor), wanted, format)
