"""The invented accounts: the same every time, three years, some gaps and corrections, and nothing the import doubts."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from sqlmodel import select

from deploy import installation
from deploy.commands.migrate import bring_up
from deploy.demo.accounts import YEARS, accounts_csv, demo_accounts
from deploy.demo.load import _lines, _quiet, load_accounts
from services.partners.import_runner import carry_on
from services.partners.models import HOUSE, Import
from services.partners.queries.dashboards import board
from services.partners.schedule import today_in_norway
from services.partners.usecases.loading import load
from shared.clock import now
from shared.db.session import Database

ACCOUNTS = demo_accounts(2025)


def test_the_same_every_time_and_another_seed_another() -> None:
    assert demo_accounts(2025) == ACCOUNTS
    assert demo_accounts(2025, seed=7) != ACCOUNTS


def test_most_organisations_delivered_in_each_of_three_years_some_without_scope_3() -> None:
    years = Counter(one.year for one in ACCOUNTS)
    assert sorted(years) == [2023, 2024, 2025]
    assert all(300 < many < 400 for many in years.values())
    assert 0.1 < sum(one.scope3 is None for one in ACCOUNTS) / len(ACCOUNTS) < 0.35
    assert 10 < sum(one.first is not None for one in ACCOUNTS) < 60
    assert len(accounts_csv(ACCOUNTS).splitlines()) == len(ACCOUNTS) + 1


def test_they_come_through_the_import_once_with_nothing_left_out(tmp_path: Path) -> None:
    settings = installation.settings("partners", tmp_path)
    bring_up(settings)
    year = today_in_norway(now()).year - 1

    async def loaded() -> tuple[list[int], int, int]:
        database = Database(settings.database(), HOUSE)
        try:
            firms = [line for line in _lines("partners.jsonl") if '"kind": "organisation"' in line]
            report = await load(database, firms, dry_run=False, progress=_quiet)
            assert report.errors == []
            await load_accounts(tmp_path)
            await carry_on(database)
            await load_accounts(tmp_path)
            async with database.reading() as session:
                found = await board(session, year, today_in_norway(now()))
                imports = (await session.exec(select(Import).order_by(Import.made_at))).all()  # type: ignore[arg-type]
            failed = sum(one.counts.get("stored_failed", 0) for one in imports)
            return [one.counts["rows"] for one in imports], failed, found.whole.delivered
        finally:
            await database.close()

    rows, failed, delivered = asyncio.run(loaded())
    expected = demo_accounts(year)
    assert rows == [sum(one.first is not None for one in expected), len(expected)]
    assert (failed, delivered) == (0, sum(one.year == year for one in expected))
    assert YEARS == 3


@pytest.mark.parametrize("seed", [1, 2])
def test_no_organisation_has_two_accounts_for_a_year(seed: int) -> None:
    pairs = [(one.number, one.year) for one in demo_accounts(2025, seed=seed)]
    assert len(set(pairs)) == len(pairs)
