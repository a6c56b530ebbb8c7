"""Loading cases from a file: repeatable, checked line by line, all or nothing."""

import json
import time
from pathlib import Path

import pytest

from services.knowledge.queries import by_external_ids, history, latest
from shared.db.session import Database
from tests.knowledge.support import line, load, said

CASES = Path("deploy/demo/data/cases.jsonl")


async def test_the_demo_is_loaded_once_however_often_it_is_run(database: Database) -> None:
    lines = CASES.read_text("utf-8").splitlines()
    started = time.monotonic()
    first = await load(database, lines)
    assert time.monotonic() - started < 10
    assert (first.new, first.changed, first.unchanged, first.errors) == (403, 0, 0, [])
    again = await load(database, lines)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 403)
    async with database.reading() as session:
        assert len(await said(session, "published")) == 403


async def test_a_changed_line_changes_its_case_and_keeps_what_stood_there(database: Database) -> None:
    await load(database, [line("a", title="Før"), line("b")])
    report = await load(database, [line("a", title="Etter"), line("b")])
    assert (report.new, report.changed, report.unchanged) == (0, 1, 1)
    async with database.reading() as session:
        found = (await by_external_ids(session, ["a"]))["a"]
        assert (found.title, found.version, found.status) == ("Etter", 2, "published")
        assert found.indexed_version < found.version
        assert (await history(session, found.id))[0].before == {"title": "Før"}
        assert len(await said(session, "published")) == 3


async def test_a_dry_run_counts_and_changes_nothing(database: Database) -> None:
    await load(database, [line("a", title="Før")])
    report = await load(database, [line("a", title="Etter"), line("b")], dry_run=True)
    assert (report.new, report.changed) == (1, 1)
    async with database.reading() as session:
        assert [case.title for case in await latest(session, 9)] == ["Før"]


WRONG = [
    ("not json", ""),
    ("[1]", ""),
    (json.dumps({"external_id": "a"}), "title"),
    (line("a", region="atlantis"), "region"),
    (line("a", scopes=[9]), "scopes.0"),
    (line("a", tco2e_per_year="x"), "tco2e_per_year"),
    (line("a", source_url="ftp://x"), "source_url"),
    (json.dumps({"title": "x", "summary": "x", "region": "agder", "language": "nb"}), "external_id"),
    (line("good"), "external_id"),
]


@pytest.mark.parametrize(("wrong", "field"), WRONG)
async def test_a_wrong_line_is_told_by_number_and_field_and_nothing_is_entered(
    database: Database, wrong: str, field: str
) -> None:
    report = await load(database, [line("good"), "", wrong])
    assert (3, field) in {(error.line, error.field) for error in report.errors}
    async with database.reading() as session:
        assert await latest(session, 9) == []
        assert await said(session) == []
