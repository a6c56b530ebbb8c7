"""`koblingsboks import accounts`: the same check and entering as in the browser, with statuses a script can rely on."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy import installation
from deploy.cli import app
from deploy.commands.migrate import bring_up
from deploy.servers.problems import SetupProblem
from services.partners.models import HOUSE, Organisation
from shared.db.session import Database
from tests.partners.importing import as_csv, as_xlsx
from tests.partners.support import org_number

EIK, ASK = org_number(0), org_number(10)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    settings = installation.settings("partners", tmp_path)
    bring_up(settings)

    async def enter() -> None:
        database = Database(settings.database(), HOUSE)
        async with database.writing() as session:
            session.add_all(
                Organisation(name=name, org_number=number, sector="business")
                for name, number in (("Eik AS", EIK), ("Ask AS", ASK))
            )
        await database.close()

    asyncio.run(enter())
    return tmp_path


def run(data: Path, content: bytes, *more: str) -> tuple[int, str, str]:
    file = data / "accounts.csv"
    file.write_bytes(content)
    result = CliRunner().invoke(app, ["import", "accounts", str(file), "--data", str(data), *more])
    if isinstance(result.exception, SetupProblem):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_a_dry_run_enters_nothing_and_the_second_time_changes_nothing(data: Path) -> None:
    rows = as_xlsx([(EIK, "Eik AS", 2023, 10), (EIK, "Eik AS", 2024, 11), (ASK, "Ask AS", 2024, 5)])
    assert run(data, rows, "--dry-run")[:2] == (0, "3 would be new, 0 would be corrected, 0 unchanged\n")
    assert run(data, rows)[:2] == (0, "3 new, 0 corrected, 0 unchanged\n")
    assert run(data, rows)[:2] == (0, "0 new, 0 corrected, 3 unchanged\n")


def test_wrong_rows_are_told_of_by_their_place_and_the_others_entered(data: Path) -> None:
    rows = [(EIK, "Eik AS", 2023, 10), (EIK, "Eik AS", 2024, "12 kg"), (ASK, "Ask AS", 1900, 5)]
    status, out, err = run(data, as_csv(rows))
    assert (status, out) == (3, "1 new, 0 corrected, 0 unchanged\n")
    assert "rad 3, kolonne D" in err or "row 3, column D" in err
    assert "2 rows left out" in err


def test_unlikely_rows_need_a_reason(data: Path) -> None:
    rows = as_csv([(EIK, "Eik AS", 2023, 10), (EIK, "Eik AS", 2024, 1000)])
    status, _out, err = run(data, rows)
    assert (status, "1 of them unlikely (--because enters these)" in err) == (3, True)
    assert run(data, rows, "--because", "A new ship")[:2] == (0, "1 new, 0 corrected, 1 unchanged\n")


def test_a_file_without_the_columns_ends_with_one(data: Path) -> None:
    status, out, err = run(data, as_csv([(EIK, 10)], ("Org.nr.", "Scope 1")))
    assert (status, out) == (1, "")
    assert "nothing was loaded" in err
    with pytest.raises(SetupProblem):
        run(data, b"%PDF-1.7")
