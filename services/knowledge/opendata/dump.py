"""All published cases as records: what the import of cases reads again, and what a spreadsheet shows."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.knowledge.models import Case
from services.knowledge.queries.media import Media, media_of
from services.knowledge.queries.opendata import open_cases
from services.knowledge.queries.rows import KINDS, Rows, organisation_names, rows_of
from services.knowledge.schemas import CaseIn, TranslationIn
from services.knowledge.schemas.media import FileOut, PictureOut
from shared.db.session import Database
from shared.sheets.table import Column

BATCH = 500
NOT_TOLD = {"version", "contact", "external_id", *KINDS, "translations"}
FIELDS = tuple(name for name in CaseIn.model_fields if name not in NOT_TOLD)
ROWS = (*KINDS, "translations", "pictures", "files")
COLUMNS = tuple(
    Column(name, name) for name in ("external_id", "url", "attribution", "published_at", "updated_at", *FIELDS, *ROWS)
)
"""Columns of the CSV file: they are called what the fields are called, in any language."""


async def records(database: Database, base: str) -> AsyncIterator[dict[str, Any]]:
    """Yield every published case that may be handed on under CC BY 4.0, as the import of cases reads it; a few are held at a time.

    `base` is the address of the library. What a case does not tell is left out. `url`, `attribution`, `published_at`,
    `updated_at`, `pictures` and `files` are for readers; the import passes over them. Each picture has a licence of its own.
    """
    after: UUID | None = None
    while True:
        async with database.reading() as session:
            cases = await open_cases(session, after, BATCH)
            rows = await rows_of(session, [case.id for case in cases])
            media = await media_of(session, rows)
            names = await organisation_names(session, [one.organisation_id for one in cases if one.organisation_id])
        for case in cases:
            yield record(case, rows[case.id], media[case.id], names, base)
        if len(cases) < BATCH:
            return
        after = cases[-1].id


def record(case: Case, rows: Rows, media: Media, names: Mapping[UUID, str], base: str) -> dict[str, Any]:
    """Return a case as a record, with pictures and files as links.

    One that has no external id goes by its own, which the import knows it by.
    """
    url = f"{base}/cases/{case.id}"
    owner = (names.get(case.organisation_id) if case.organisation_id else None) or case.owner_name
    told = {
        "external_id": case.external_id or str(case.id),
        "url": url,
        "attribution": f"{owner}, {url}" if owner else url,
        "published_at": case.published_at,
        "updated_at": case.updated_at,
        **{name: getattr(case, name) for name in FIELDS},
        **{name: [row.model_dump() for row in getattr(rows, name)] for name in KINDS},
        "translations": [TranslationIn.model_validate(one).model_dump() for one in rows.translations],
        "pictures": [PictureOut.of(one, base).model_dump() for one in media.pictures],
        "files": [FileOut.of(one, base).model_dump() for one in media.files],
    }
    found: dict[str, Any] = _plain(told)
    return found


def line(told: Mapping[str, Any]) -> bytes:
    """Return a record as a line of a file of JSON lines."""
    return (json.dumps(told, ensure_ascii=False) + "\n").encode()


def cells(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record as a row of a spreadsheet: lists with semicolons between, rows as JSON."""
    return {name: _cell(value) for name, value in told.items()}


def _cell(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    if any(isinstance(one, dict) for one in value):
        return json.dumps(value, ensure_ascii=False)
    return "; ".join(str(one) for one in value)


def _plain(value: Any) -> Any:
    """Return `value` as JSON has it, without what says nothing."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items() if one not in (None, "", [], {})}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
