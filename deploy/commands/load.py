"""`koblingsboks import`: records from a file."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from deploy import installation
from deploy.commands.progress import progress
from deploy.commands.serve import refuse_unmigrated
from deploy.servers.problems import SetupProblem
from shared.auth.actor import Grant
from shared.auth.session import service_actor
from shared.db.session import Database
from shared.loading import LoadReport
from shared.settings import ServiceSettings
from shared.sheets import Unreadable
from shared.web.i18n import translations

if TYPE_CHECKING:
    from services.partners.usecases.importing.from_file import Imported

OWNERS = {"cases": "knowledge", "partners": "partners"}
LINES = {"organisations": "organisation", "people": "person"}
"""What the lines of partners call themselves."""
MOST_ERRORS = 20
ROWS_LEFT_OUT = 3


def run(
    what: Literal["cases", "partners"],
    file: Path,
    data: Path,
    *,
    dry_run: bool,
    only: Literal["organisations", "people", ""] = "",
) -> None:
    """Load `file`, and say how many records were new, changed, unchanged or wrong. Any wrong line and nothing is entered.

    Of partners, `only` takes the lines of organisations or of people.
    """
    settings = installation.settings(OWNERS[what], data)
    try:
        lines = file.read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise SetupProblem(f"{file} is not UTF-8 text.", "Save it as UTF-8 and try again.") from error
    if only:
        lines = [line if _tells_of(line, LINES[only]) else "" for line in lines]
    with progress(f"Loading {only or what}", len(lines)) as more:
        report = asyncio.run(load(settings, lines, dry_run=dry_run, more=more))
    for wrong in report.errors[:MOST_ERRORS]:
        typer.echo(f"line {wrong.line}: {wrong.field}: {wrong.text}", err=True)
    if report.errors:
        typer.echo(f"{len(report.errors)} errors; nothing was loaded. Mend the lines above and try again.", err=True)
        sys.exit(1)
    verb = "would be " if dry_run else ""
    typer.echo(f"{report.new} {verb}new, {report.changed} {verb}changed, {report.unchanged} unchanged")


def _tells_of(line: str, kind: str) -> bool:
    """Whether a line is of a kind, or none that can be read, which is told of when it is loaded."""
    try:
        told = json.loads(line)
    except ValueError:
        return True
    return not isinstance(told, dict) or told.get("kind", kind) == kind


def run_sheet(
    what: Literal["organisations", "people", "accounts"], file: Path, data: Path, *, dry_run: bool, because: str
) -> None:
    """Load a spreadsheet: say what was wrong row by row, and how many were new, corrected or unchanged.

    Ends with status 3 where rows were left out, and 1 where the file as a whole could not be used.
    """
    settings, content = installation.settings("partners", data), file.read_bytes()
    with progress(f"Loading {what}") as more:
        found = asyncio.run(load_sheet(settings, what, file.name, content, dry_run=dry_run, because=because, more=more))
    say = translations("en", (Path(str(files("services.partners"))) / "locale",)).gettext
    for wrong in (*found.file_problems, *found.wrong, *found.doubts):
        typer.echo(f"{wrong.place(say)}: {wrong.said(say)}", err=True)
    if found.file_problems:
        typer.echo(
            "The file cannot be used as it is; nothing was loaded. Mend the columns above and try again.", err=True
        )
        sys.exit(1)
    counts, verb = found.counts, "would be " if dry_run else ""
    typer.echo(f"{counts['new']} {verb}new, {counts['corrected']} {verb}corrected, {counts['unchanged']} unchanged")
    if found.left_out:
        unlikely = f", {counts['doubtful']} of them unlikely (--because enters these)" if found.doubts else ""
        typer.echo(f"{found.left_out} rows {verb}left out{unlikely}", err=True)
        sys.exit(ROWS_LEFT_OUT)


async def load_sheet(
    settings: ServiceSettings,
    what: str,
    name: str,
    content: bytes,
    *,
    dry_run: bool,
    because: str,
    more: Callable[[int, int], None],
) -> Imported:
    """Load a spreadsheet into the database of `settings`. Raises SetupProblem where it is none."""
    from services.partners.models import HOUSE
    from services.partners.usecases.importing import KINDS
    from services.partners.usecases.importing.from_file import import_file

    await refuse_unmigrated(settings)
    database = Database(settings.database(), HOUSE)
    actor = service_actor(Grant("national"), "koblingsboks import")
    try:
        return await import_file(
            database, actor, KINDS[what], name, content, dry_run=dry_run, progress=more, because=because
        )
    except Unreadable as refusal:
        said = translations("en").gettext(refusal.message)
        text = said % refusal.values if refusal.values else said
        raise SetupProblem(f"{name}: {text}", "Send an .xlsx or .csv file.") from refusal
    finally:
        await database.close()


async def load(settings: ServiceSettings, lines: list[str], *, dry_run: bool, more: object) -> LoadReport:
    """Load `lines` into the database of `settings`."""
    await refuse_unmigrated(settings)
    service = settings.service
    database = Database(settings.database(), import_module(f"services.{service}.models").HOUSE)
    try:
        verb = import_module(f"services.{service}.usecases.loading").load
        report: LoadReport = await verb(database, lines, dry_run=dry_run, progress=more)
        return report
    finally:
        await database.close()
