"""Gathering what the registry knows of a person, for themselves: every table that is theirs, and what was noted of them."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Erasure, Import, ImportRow, Organisation
from services.partners.queries.people import person
from services.partners.usecases.forgetting import GONE
from shared.db.session import tables_of

SECRETS = frozenset(
    {"digest", "pending_digest", "browser", "state", "nonce", "verifier", "challenge", "public_key", "credential_id"}
)
"""What opens doors, or tells a program and nobody else anything."""
UNTOLD = SECRETS | {"person_id", "name_folded", "name_order", "version"}

READ = frozenset({"number", "outcome", "title", "given", "problems", "note", "result"})
"""What is told of a row of a spreadsheet."""

Rows = Sequence[dict[str, Any]]


async def gathered(session: AsyncSession, person_id: UUID) -> dict[str, Rows]:
    """Return what is kept of a person, by table; raises NotFound."""
    found: dict[str, Rows] = {"person": [_told(await person(session, person_id))]}
    for table in GONE:
        rows = (await session.exec(select(table).where(col(table.person_id) == person_id))).all()
        found[table.__table__.name] = [_told(row) for row in rows]
    found["import_row"] = await _rows_read(session, person_id)
    erasures = (await session.exec(select(Erasure).where(Erasure.person_id == person_id))).all()
    found["erasure"] = [_told(row) for row in erasures]
    await _name_organisations(session, found)
    audit = tables_of(session).audit.c
    found["noted_about"] = await _noted(session, audit.subject_id == person_id)
    found["done"] = await _noted(session, audit.actor_id == person_id)
    return found


async def _rows_read(session: AsyncSession, person_id: UUID) -> Rows:
    """Return the rows of spreadsheets that are about a person; by address too, since a new person's row has no id, and never by name."""
    own = await person(session, person_id)
    given = sa.func.lower(sa.cast(col(ImportRow.given), sa.Text))
    theirs = sa.or_(
        col(ImportRow.subject_id) == person_id, given.contains(json.dumps(own.email.lower()), autoescape=True)
    )
    query = select(ImportRow, Import.file_name, Import.made_at).join(Import, col(Import.id) == ImportRow.import_id)
    rows = (await session.exec(query.where(theirs, Import.kind == "people").order_by(col(Import.made_at)))).all()
    return [{"file_name": name, "at": at, **row.model_dump(include=set(READ))} for row, name, at in rows]


async def _name_organisations(session: AsyncSession, found: dict[str, Rows]) -> None:
    rows = [row for table in found.values() for row in table if row.get("organisation_id")]
    ids = {row["organisation_id"] for row in rows}
    query = select(Organisation.id, Organisation.name).where(col(Organisation.id).in_(ids))
    names = dict((await session.exec(query)).all())
    for row in rows:
        row["organisation"] = names.get(row["organisation_id"], "")


async def _noted(session: AsyncSession, which: sa.ColumnElement[bool]) -> Rows:
    table = tables_of(session).audit
    query = sa.select(table.c.at, table.c.action, table.c.subject_kind, table.c.regions, table.c.changes)
    rows = (await (await session.connection()).execute(query.where(which).order_by(table.c.seq))).mappings().all()
    return [{**row, "regions": [slug for slug in row["regions"].split("|") if slug]} for row in rows]


def _told(row: Any) -> dict[str, Any]:
    told: dict[str, Any] = row.model_dump(exclude=set(UNTOLD))
    return told
