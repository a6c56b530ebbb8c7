"""`koblingsboks import`: records from a file."""

import asyncio
import sys
from importlib import import_module
from pathlib import Path
from typing import Literal

import typer

from deploy import installation
from deploy.commands.progress import progress
from deploy.commands.serve import refuse_unmigrated
from deploy.servers.problems import SetupProblem
from shared.db.session import Database
from shared.loading import LoadReport
from shared.settings import ServiceSettings

OWNERS = {"cases": "knowledge", "partners": "partners"}
MOST_ERRORS = 20


def run(what: Literal["cases", "partners"], file: Path, data: Path, *, dry_run: bool) -> None:
    """Load `file`, and say how many records were new, changed, unchanged or wrong. Any wrong line and nothing is entered."""
    settings = installation.settings(OWNERS[what], data)
    try:
        lines = file.read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise SetupProblem(f"{file} is not UTF-8 text.", "Save it as UTF-8 and try again.") from error
    with progress(f"Loading {what}", len(lines)) as more:
        report = asyncio.run(load(settings, lines, dry_run=dry_run, more=more))
    for wrong in report.errors[:MOST_ERRORS]:
        typer.echo(f"line {wrong.line}: {wrong.field}: {wrong.text}", err=True)
    if report.errors:
        typer.echo(f"{len(report.errors)} errors; nothing was loaded. Mend the lines above and try again.", err=True)
        sys.exit(1)
    verb = "would be " if dry_run else ""
    typer.echo(f"{report.new} {verb}new, {report.changed} {verb}changed, {report.unchanged} unchanged")


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
