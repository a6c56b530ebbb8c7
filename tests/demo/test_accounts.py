"""The invented accounts: the same every time, three years, some gaps and corrections, and nothing the import doubts."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from deploy.demo.accounts import YEARS, accounts_csv, demo_accounts
from deploy.demo.load import _lines, _quiet
from services.partners.models import ClimateAccount
from services.partners.queries.dashboards import board
from services.partners.usecases.importing import KINDS
from services.partners.usecases.importing.from_file import import_file
from services.partners.usecases.loading import load
from shared.auth.actor import Grant
from shared.auth.session import service_actor
from shared.db.session import Database
from tests.demo.conftest import MOMENT, DemoRegistry

TODAY = MOMENT.date()
LAST = TODAY.year - 1
ACCOUNTS = demo_accounts(2025)


def test_the_same_every_time_and_another_seed_another() -> None:
    assert demo_accounts(2025) == ACCOUNTS
    assert demo_accounts(2025, seed=7) != ACCOUNTS


def test_most_organisations_delivered_in_each_of_three_years_some_without_scope_3() -> None:
    years = Counter(one.year for one in ACCOUNTS)
    assert sorted(years) == [2023, 2024, 2025]
    assert len(years) == YEARS
    assert all(300 < many < 400 for many in years.values())
    assert 0.1 < sum(one.scope3 is None for one in ACCOUNTS) / len(ACCOUNTS) < 0.35
    assert 10 < sum(one.first is not None for one in ACCOUNTS) < 60
    assert len(accounts_csv(ACCOUNTS).splitlines()) == len(ACCOUNTS) + 1


def test_they_stand_in_the_registry_on_the_days_they_were_delivered(registry: DemoRegistry) -> None:
    expected = demo_accounts(LAST)
    found = registry.asked(_accounts)
    assert len(found) == len(expected) + sum(one.first is not None for one in expected)
    assert sum(one.superseded_at is None for one in found) == len(expected)
    assert all(date(one.year + 1, 1, 2) <= one.day <= TODAY for one in found)
    whole = registry.asked(lambda session: board(session, LAST, TODAY)).whole
    assert whole.delivered == sum(one.year == LAST for one in expected)


def test_they_come_through_the_import_with_nothing_left_out(tmp_path: Path) -> None:
    empty = DemoRegistry(tmp_path)

    async def imported(database: Database) -> tuple[list[str], int]:
        firms = [line for line in _lines("partners.jsonl") if '"kind": "organisation"' in line]
        await load(database, firms, dry_run=False, progress=_quiet)
        actor, file = service_actor(Grant("national"), "demo"), accounts_csv(demo_accounts(LAST))
        made = await import_file(
            database, actor, KINDS["accounts"], "demo.csv", file, dry_run=True, progress=lambda _more, _of: None
        )
        return [str(wrong) for wrong in (*made.file_problems, *made.wrong, *made.doubts)], made.left_out

    assert empty.done(imported) == ([], 0)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_organisation_has_two_accounts_for_a_year(seed: int) -> None:
    pairs = [(one.number, one.year) for one in demo_accounts(2025, seed=seed)]
    assert len(set(pairs)) == len(pairs)


async def _accounts(session: AsyncSession) -> list[ClimateAccount]:
    return list((await session.exec(select(ClimateAccount))).all())
