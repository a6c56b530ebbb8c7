"""The import of climate accounts, as a spreadsheet has them: one row for each organisation and year."""

import asyncio
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models.imports import Import, ImportRow, Result
from services.partners.queries.imports import accounts_of, organisations_by_number
from services.partners.queries.obligations import account_in_force
from services.partners.schemas.obligations import AccountIn
from services.partners.usecases import accounts
from services.partners.usecases.importing.account_checks import Registry, judged
from services.partners.usecases.importing.account_rows import (
    EXAMPLE_COLUMNS,
    EXAMPLE_ROWS,
    FIELDS,
    NEEDED,
    file_problems,
    rows_of,
)
from services.partners.usecases.importing.kinds import Checked, Kind
from shared.auth.actor import Actor
from shared.errors import Invalid, NotFound
from shared.sheets import Sheet


async def check(session: AsyncSession, actor: Actor, sheet: Sheet) -> list[Checked]:
    """Return what each row of a file of accounts would do for `actor`."""
    rows = await asyncio.to_thread(rows_of, sheet)
    organisations = await organisations_by_number(session, {row.number for row in rows if row.number})
    years = {year for row in rows if row.year for year in (row.year, row.year - 1)}
    ids = [known.organisation.id for known in organisations.values()]
    return judged(rows, Registry(organisations, await accounts_of(session, ids, years)), actor)


async def store(session: AsyncSession, from_: Import, row: ImportRow) -> Result:
    """Enter a row's account: cells that say nothing leave what was delivered before. Raises what `accounts.record` refuses."""
    if row.subject_id is None:
        raise NotFound
    current = await account_in_force(session, row.subject_id, row.given["year"])
    before: Mapping[str, Any] = current.model_dump(include=set(accounts.FIELDS)) if current else {}
    note = row.note or row.given.get("note", "")
    try:
        given = AccountIn.model_validate({**before, **row.given, "note": note, "confirmed": row.chosen})
    except ValidationError as error:
        raise Invalid from error
    made = await accounts.record(session, from_.actor, row.subject_id, given, source="import", import_id=from_.id)
    if current is not None and made.id == current.id:
        return "unchanged"
    return "corrected" if current is not None else "new"


ACCOUNTS = Kind(
    name="accounts",
    action="account.import",
    fields=FIELDS,
    needed=NEEDED,
    file_problems=file_problems,
    check=check,
    store=store,
    example_columns=EXAMPLE_COLUMNS,
    example_rows=EXAMPLE_ROWS,
)
