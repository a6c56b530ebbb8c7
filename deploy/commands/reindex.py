"""`koblingsboks reindex`: the search index built anew beside the one in use, and exchanged for it."""

import asyncio
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

from deploy import installation
from deploy.commands.progress import progress
from deploy.commands.serve import refuse_unmigrated
from deploy.servers.problems import SetupProblem
from shared.db.session import Database


def run(data: Path, *, roll_back: bool) -> None:
    """Rebuild and say how many cases are searchable now, or go back to the index that was in use before."""
    settings = installation.settings("knowledge", data)
    asyncio.run(refuse_unmigrated(settings))
    rebuild: Any = import_module("services.knowledge.search.rebuild")
    engine: Any = import_module("services.knowledge.search.engine")
    database = Database(settings.database(), import_module("services.knowledge.models").HOUSE)
    known = (engine.EngineAway, engine.TaskFailed, rebuild.RebuildRuns, rebuild.CountsDiffer)
    try:
        if roll_back:
            moment = asyncio.run(rebuild.roll_back(database, settings))
            typer.echo(
                f"The index of {moment:%Y-%m-%d %H:%M} UTC is in use again; what has changed since is sent to it"
            )
            return
        with progress("Indexing cases") as advance:
            rebuilt = asyncio.run(rebuild.rebuild(database, settings, _steps(advance)))
    except (*known, rebuild.CanariesMissing, rebuild.NothingBefore) as error:
        raise SetupProblem(
            f"The index was not changed over: {error}.", "The one in use is as it was; try again."
        ) from error
    typer.echo(f"{rebuilt.documents} cases are searchable in the new index; the old one is kept for a day")


def _steps(advance: Callable[..., None]) -> Callable[[int, int], None]:
    done_before = 0

    def step(done: int, total: int) -> None:
        nonlocal done_before
        advance(done - done_before, total)
        done_before = done

    return step
