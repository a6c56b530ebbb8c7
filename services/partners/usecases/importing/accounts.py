"""The import of climate accounts, as a spreadsheet has them: one row for each organisation and year."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Organisation
from services.partners.models.imports import Import, ImportRow, Result
from services.partners.queries.holding import keep_regions
from services.partners.queries.importing import locked
from services.partners.queries.imports import accounts_of, organisations_by_number
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
from services.partners.usecases.importing.kinds import Came, Checked, Kind, each, keys_by
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


async def store(session: AsyncSession, from_: Import, actor: Actor, rows: Sequence[ImportRow]) -> list[Came]:
    """Enter the accounts of rows about different organisations: cells that say nothing leave what was delivered before."""
    await keep_regions(session)
    organisations = await locked(session, Organisation, [row.subject_id for row in rows if row.subject_id])
    standing_for = {
        row.subject_id: row.given["year"]
        for row in rows
        if row.subject_id in organisations and organisations[row.subject_id].merged_into is None
    }
    standings = await accounts.standings(session, standing_for)
    made = []

    async def enter(row: ImportRow) -> Result:
        standing = standings.get(row.subject_id) if row.subject_id else None
        if standing is None:
            raise NotFound
        account = accounts.delivered(actor, standing, _given(row, standing), source="import", import_id=from_.id)
        if account is standing.current:
            return "unchanged"
        made.append((standing, account))
        return "corrected" if standing.current is not None else "new"

    came = await each(rows, enter)
    await accounts.enter(session, actor, made)
    return came


def _given(row: ImportRow, standing: accounts.Standing) -> AccountIn:
    before: Mapping[str, Any] = standing.current.model_dump(include=set(accounts.FIELDS)) if standing.current else {}
    note = row.note or row.given.get("note", "")
    try:
        return AccountIn.model_validate({**before, **row.given, "note": note, "confirmed": row.chosen})
    except ValidationError as error:
        raise Invalid from error


ACCOUNTS = Kind(
    name="accounts",
    action="account.import",
    fields=FIELDS,
    needed=NEEDED,
    file_problems=file_problems,
    check=check,
    store=store,
    keys=keys_by(),
    example_columns=EXAMPLE_COLUMNS,
    example_rows=EXAMPLE_ROWS,
)
