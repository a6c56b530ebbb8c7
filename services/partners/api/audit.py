"""The JSON door to the audit."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from services.partners.queries.audit import entries, last_check, reader_of
from shared.audit.reading import AuditFilter
from shared.errors import Invalid
from shared.web.doors import Reading, Who
from shared.web.inputs import UNSTORABLE, storable
from shared.web.paging import MOST_PER_PAGE, PER_PAGE
from shared.web.problems import responses

router = APIRouter(prefix="/partners/api/v1", tags=["partners"])


class AuditEntryOut(BaseModel):
    """A change. What was erased is empty: `who` with `erased`, and the values with `emptied`."""

    model_config = ConfigDict(from_attributes=True)

    seq: int
    at: datetime
    action: str
    who: str
    erased: bool
    by_system: bool
    subject_kind: str
    subject_id: UUID | None
    subject: str
    regions: list[str]
    changes: dict[str, list[Any]] = Field(description="Each field with its value before and after.")
    emptied: bool
    correlation_id: str


class AuditOut(BaseModel):
    """A page of the audit, and what was found when its chain was last followed from end to end."""

    total: int
    page: int
    per_page: int
    hits: list[AuditEntryOut]
    checked_at: datetime | None
    first_broken: int | None = Field(description="Number of the first entry that is not what was written, or is gone.")
    last_seq: int | None = Field(description="Number of the newest entry when the chain last held. Keep it elsewhere.")
    last_hash: str | None = Field(description="Hash of that entry: a chain without it is not the one that was checked.")


@router.get("/audit", responses=responses(401, 403, 422))
async def read_audit(
    session: Reading,
    actor: Who,
    subject: Annotated[str, Query(max_length=200, description="An id, or part of a name.")] = "",
    who: Annotated[str, Query(max_length=200, description="A person's id, or part of their name.")] = "",
    action: Annotated[str, Query(max_length=60)] = "",
    since: date | None = None,
    until: date | None = None,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=MOST_PER_PAGE)] = PER_PAGE,
) -> AuditOut:
    """Read who changed what in one's own regions, newest first. Staff and auditors may."""
    reader = reader_of(actor)
    for name, text in (("subject", subject), ("who", who), ("action", action)):
        if not storable(text):
            raise Invalid(UNSTORABLE, field=name)
    total, found = await entries(session, reader, AuditFilter(subject, who, action, since, until), page, per_page)
    check = await last_check(session)
    return AuditOut(
        total=total,
        page=page,
        per_page=per_page,
        hits=[AuditEntryOut.model_validate(one) for one in found],
        checked_at=check.at if check else None,
        first_broken=check.broken if check else None,
        last_seq=check.last_seq if check else None,
        last_hash=check.last_hash if check else None,
    )
