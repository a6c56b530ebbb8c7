"""The registry of a whole network from three spreadsheets by the documented commands, on both databases: and again, with no change."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy import installation
from deploy.cli import app
from deploy.commands.migrate import bring_up
from deploy.demo.accounts import accounts_csv, demo_accounts
from deploy.demo.regions import DATA
from services.partners.models import HOUSE
from shared.clock import now, today_in_norway
from shared.db.session import Database
from shared.web.labels import FOCUS_AREA_LABELS, FUNCTION_LABELS, LANGUAGE_LABELS, ROLE_LABELS, SECTOR_LABELS
from tests.partners.importing import as_csv, as_xlsx, digest
from tests.partners.wrong_organisations import HEAD as ORGANISATION_HEAD
from tests.partners.wrong_organisations import WRONG as WRONG_ORGANISATIONS
from tests.partners.wrong_people import ASK, EIK
from tests.partners.wrong_people import HEAD as PEOPLE_HEAD
from tests.partners.wrong_people import WRONG as WRONG_PEOPLE

Run = Callable[..., tuple[int, str, str]]
KINDS_OF_WRONG_ROWS = 20
OF_THIS_REGISTRY = (
    *("Vestland er ikke", "Oslo er ikke", "En ny virksomhet må være", "Bjerk AS", "Virksomheten er slått", "Holt AS"),
    *("Det eksterne id-et", "Rollen Fagfelle kan", "Ask Prøve", "Dette er en person", "Personen er", "Eik AS er ikke"),
)
"""What is wrong only where others are registered, or for a region's own staff."""


@pytest.fixture
def data(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with an empty registry."""
    monkeypatch.setenv("KOBLINGSBOKS_DATABASE_URL", database_url)
    bring_up(installation.settings("partners", tmp_path))
    return tmp_path


@pytest.fixture
def run(data: Path) -> Run:
    """Give `koblingsboks import`; returns its status, what it says and what it complains of."""

    def given(what: str, file: Path, *more: str) -> tuple[int, str, str]:
        started = time.monotonic()
        result = CliRunner().invoke(app, ["import", what, str(file), "--data", str(data), *more])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        print(f"koblingsboks import {what} {file.name} {' '.join(more)}: {time.monotonic() - started:.1f} s")
        complaints = [line for line in result.stderr.splitlines() if not line.startswith("Loading ")]
        return result.exit_code, result.stdout, "\n".join(complaints)

    return given


def state(data: Path) -> str:
    """Return a digest of every row of the registry's database, the audit, the outbox and the list of imports with them."""

    async def asked() -> str:
        database = Database(installation.settings("partners", data).database(), HOUSE)
        try:
            return await digest(database)
        finally:
            await database.close()

    return asyncio.run(asked())


def lines(kind: str) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in (DATA / "partners.jsonl").read_text("utf-8").splitlines()]
    return [one for one in found if one["kind"] == kind]


def named(labels: Any, codes: Iterable[str]) -> str:
    return "; ".join(labels[code] for code in codes)


def organisations(folder: Path) -> Path:
    """Write the invented organisations as somebody's workbook."""
    head = (
        "Ekstern id",
        "Org.nr.",
        "Navn",
        "Sektor",
        "Regioner",
        "Nettside",
        "Beskrivelse",
        "NACE",
        "Ansatte",
        "Målform",
    )
    rows = [
        (
            one["external_id"],
            int(one["org_number"]),
            one["name"],
            SECTOR_LABELS[one["sector"]],
            ", ".join(one["regions"]),
            one.get("website"),
            one["description"],
            one["nace_code"],
            one.get("employees"),
            LANGUAGE_LABELS[one["language"]],
        )
        for one in lines("organisation")
    ]
    file = folder / "virksomheter.xlsx"
    file.write_bytes(as_xlsx(rows, head))
    return file


def people(folder: Path) -> Path:
    """Write the invented people as somebody's CSV file, some known by their organisation's number and some by its id."""
    numbers = {one["external_id"]: one["org_number"] for one in lines("organisation")}
    head = (
        "Id",
        "Navn",
        "E-post",
        "Språk",
        "Rolle",
        "Org.nr.",
        "Virksomhetens id",
        "Region",
        "Oppgaver",
        "Tema",
        "Stilling",
    )
    rows = []
    for place, one in enumerate(lines("person")):
        firm = one.get("organisation", "")
        number, external_id = (numbers.get(firm), None) if place % 2 else (None, firm)
        cells = (
            *(one["external_id"], one["name"], one["email"], LANGUAGE_LABELS[one["language"]]),
            *(ROLE_LABELS[one["role"]], number, external_id, one.get("region")),
            named(FUNCTION_LABELS, one.get("functions", ())),
            named(FOCUS_AREA_LABELS, one["focus_areas"]),
            one["title"],
        )
        rows.append(cells)
    file = folder / "personer.csv"
    file.write_bytes(as_csv(rows, head))
    return file


def accounts(folder: Path) -> tuple[Path, int]:
    """Write three years of the organisations' accounts; return the file and how many they are."""
    made = demo_accounts(today_in_norway(now()).year - 1)
    file = folder / "regnskap.csv"
    file.write_bytes(accounts_csv(made))
    return file, len(made)


def test_a_whole_registry_comes_from_three_files_and_again_changes_nothing(data: Path, run: Run) -> None:
    (figures, many), firms, persons = accounts(data), organisations(data), people(data)
    files = (("organisations", firms, 404), ("people", persons, 1000), ("accounts", figures, many))
    for what, file, rows in files:
        before = state(data)
        assert run(what, file, "--dry-run") == (0, f"{rows} would be new, 0 would be corrected, 0 unchanged\n", "")
        assert state(data) == before
        assert run(what, file) == (0, f"{rows} new, 0 corrected, 0 unchanged\n", "")
    assert many > 1_000
    full = state(data)
    for what, file, rows in files:
        assert run(what, file) == (0, f"0 new, 0 corrected, {rows} unchanged\n", "")
        assert state(data) == full


@pytest.mark.parametrize(
    ("what", "wrong", "head"),
    [("organisations", WRONG_ORGANISATIONS, ORGANISATION_HEAD), ("people", WRONG_PEOPLE, PEOPLE_HEAD)],
)
def test_a_file_of_wrong_rows_tells_of_each_and_leaves_the_database_as_it_was(
    data: Path, run: Run, what: str, wrong: Any, head: tuple[str, ...]
) -> None:
    firms = data / "virksomheter.csv"
    rows = [
        (external_id, number, name, "Næringsliv", "Agder")
        for external_id, number, name in (("eik", EIK, "Eik"), ("ask", ASK, "Ask"))
    ]
    firms.write_bytes(as_csv(rows, ORGANISATION_HEAD[:5]))
    assert run("organisations", firms)[0] == 0
    before = state(data)
    chosen = [(cells, letter_of(column)) for cells, column, remedy in wrong if not remedy.startswith(OF_THIS_REGISTRY)]
    file = data / "feil.csv"
    file.write_bytes(as_csv([cells for cells, _ in chosen], head))
    status, out, err = run(what, file)
    assert (status, out) == (3, "0 new, 0 corrected, 0 unchanged\n")
    assert state(data) == before
    assert len(chosen) >= KINDS_OF_WRONG_ROWS
    for number, (_cells, column) in enumerate(chosen, 2):
        assert [line for line in err.splitlines() if line.startswith(f"row {number}, column {column} (")], err


def letter_of(column: str) -> str:
    return column.removeprefix("kolonne ")[0]


def test_json_lines_of_organisations_and_of_people_are_taken_apart(data: Path, run: Run) -> None:
    file = data / "partners.jsonl"
    file.write_text((DATA / "partners.jsonl").read_text("utf-8"), "utf-8")
    assert run("organisations", file)[:2] == (0, "404 new, 0 changed, 0 unchanged\n")
    assert run("people", file)[:2] == (0, "1000 new, 0 changed, 0 unchanged\n")
    assert run("partners", file)[:2] == (0, "0 new, 0 changed, 1404 unchanged\n")
