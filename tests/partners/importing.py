"""Spreadsheets of accounts as people send them, for the tests of their import."""

import csv
from collections.abc import Sequence
from hashlib import sha256
from io import BytesIO, StringIO
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from openpyxl import Workbook

from services.partners.import_runner import carry_on
from services.partners.models import ClimateAccount, Import
from services.partners.models.base import Base
from services.partners.queries.imports import import_of, import_rows
from services.partners.queries.obligations import account_versions
from services.partners.usecases.importing import KINDS
from services.partners.usecases.importing.confirming import confirm
from services.partners.usecases.importing.kinds import cell_error
from services.partners.usecases.importing.receiving import read, receive
from shared.auth.actor import Actor
from shared.db.session import Database
from tests.partners.support import NATIONAL
from tests.support.apps import ServiceApp

HEAD = ("Org.nr.", "Virksomhet", "År", "Scope 1 (tCO2e)", "Scope 2 lokasjonsbasert", "Scope 3", "Verktøy", "Lenke")
Rows = Sequence[Sequence[Any]]


def as_csv(rows: Rows, head: Sequence[str] = HEAD) -> bytes:
    """Return rows as Excel saves them in Norway."""
    buffer = StringIO()
    csv.writer(buffer, delimiter=";").writerows([head, *rows])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def as_xlsx(rows: Rows, head: Sequence[str] = HEAD) -> bytes:
    """Return rows as a workbook."""
    book = Workbook()
    for row in [head, *rows]:
        book.active.append(list(row))  # type: ignore[union-attr]
    file = BytesIO()
    book.save(file)
    return file.getvalue()


async def sent(partners: ServiceApp, data: bytes, by: Actor = NATIONAL, kind: str = "accounts") -> Import:
    """Have somebody send a file, which is checked and not yet confirmed."""
    sheet = await read(KINDS[kind], data)
    async with partners.database.writing() as session:
        return await receive(session, by, KINDS[kind], "regnskap.csv", data, sheet)


async def imported(
    partners: ServiceApp, data: bytes, by: Actor = NATIONAL, because: str = "", kind: str = "accounts"
) -> Import:
    """Send a file, confirm it, and wait until its rows are entered."""
    return await entered(partners, await sent(partners, data, by, kind), by, because)


async def entered(partners: ServiceApp, made: Import, by: Actor = NATIONAL, because: str = "") -> Import:
    """Confirm a file that was sent, and wait until its rows are entered."""
    async with partners.database.writing() as session:
        await confirm(session, by, KINDS[made.kind], made.id, all_because=because)
    await carry_on(partners.database)
    async with partners.database.reading() as session:
        return await import_of(session, by, made.id)


async def versions(partners: ServiceApp, organisation_id: UUID) -> list[ClimateAccount]:
    """Return all versions of an organisation's accounts, the newest first."""
    async with partners.database.reading() as session:
        return list(await account_versions(session, organisation_id))


async def told(partners: ServiceApp, made: Import, level: str = "wrong") -> dict[int, list[tuple[str, str]]]:
    """Return what is said of the rows of an import, by row: the place, and the problem with its remedy."""
    async with partners.database.reading() as session:
        rows = await import_rows(session, made.id)
    found: dict[int, list[tuple[str, str]]] = {}
    for row in rows:
        for one in row.problems:
            if one["level"] == level:
                found.setdefault(row.number, []).append((cell_error(one).place(), cell_error(one).said()))
    return found


async def outcomes(partners: ServiceApp, made: Import) -> dict[int, str]:
    """Return what each row would do, by row."""
    async with partners.database.reading() as session:
        return {row.number: row.outcome for row in await import_rows(session, made.id)}


async def digest(database: Database, *, but_imports: bool = False) -> str:
    """Return a digest of every row of every table; without the list of imports itself, its rows and their audit where asked."""
    found = sha256()
    async with database.reading() as session:
        connection = await session.connection()
        for table in Base.metadata.sorted_tables:
            if but_imports and table.name in ("record_import", "import_row"):
                continue
            rows = [tuple(row) for row in (await connection.execute(sa.select(table))).all()]
            if but_imports and table.name == "audit_entry":
                kind = list(table.columns.keys()).index("subject_kind")
                rows = [row for row in rows if row[kind] != "import"]
            found.update(f"{table.name}{sorted(map(repr, rows))}".encode())
    return found.hexdigest()
