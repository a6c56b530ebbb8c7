"""Spreadsheets of accounts as people send them, for the tests of their import."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import Any
from uuid import UUID

from openpyxl import Workbook

from services.partners.import_runner import carry_on
from services.partners.models import ClimateAccount, Import
from services.partners.queries.imports import import_of
from services.partners.queries.obligations import account_versions
from services.partners.usecases.importing import KINDS
from services.partners.usecases.importing.confirming import confirm
from services.partners.usecases.importing.receiving import read, receive
from shared.auth.actor import Actor
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


async def sent(partners: ServiceApp, data: bytes, by: Actor = NATIONAL) -> Import:
    """Have somebody send a file, which is checked and not yet confirmed."""
    sheet = await read(KINDS["accounts"], data)
    async with partners.database.writing() as session:
        return await receive(session, by, KINDS["accounts"], "regnskap.csv", data, sheet)


async def imported(partners: ServiceApp, data: bytes, by: Actor = NATIONAL, because: str = "") -> Import:
    """Send a file, confirm it, and wait until its rows are entered."""
    made = await sent(partners, data, by)
    async with partners.database.writing() as session:
        await confirm(session, by, KINDS["accounts"], made.id, all_because=because)
    await carry_on(partners.database)
    async with partners.database.reading() as session:
        return await import_of(session, by, made.id)


async def versions(partners: ServiceApp, organisation_id: UUID) -> list[ClimateAccount]:
    """Return all versions of an organisation's accounts, the newest first."""
    async with partners.database.reading() as session:
        return list(await account_versions(session, organisation_id))
