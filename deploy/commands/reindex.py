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


def run(data: Path) -> None:
    """Rebuild, and say how many cases are searchable now."""
    settings = installation.settings("knowledge", data)
    asyncio.run(refuse_unmigrated(settings))
    index: Any = import_module("services.knowledge.search.index")
    engine: Any = import_module("services.knowledge.search.engine")
    database = Database(settings.database(), import_module("services.knowledge.models").HOUSE)
    with progress("Indexing cases") as advance:
        try:
            rebuilt = asyncio.run(index.rebuild(database, settings, _steps(advance)))
        except (engine.EngineAway, engine.TaskFailed, index.RebuildRuns, index.CountsDiffer) as error:
            raise SetupProblem(
                f"The index was not rebuilt: {error}.", "The one in use is as it was; try again."
            ) from error
    typer.echo(f"{rebuilt.documents} cases are searchable in the new index")


def _steps(advance: Callable[..., None]) -> Callable[[int, int], None]:
    done_before = 0

    def step(done: int, total: int) -> None:
        nonlocal done_before
        advance(done - done_before, total)
        done_before = done

    return step
