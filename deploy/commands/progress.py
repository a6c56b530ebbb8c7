"""A progress bar on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

STEPS = 10


@contextmanager
def progress(what: str, total: int = 0) -> Iterator[Callable[..., None]]:
    """Yield a function that is told how much more is done, and the total where that is learnt on the way."""
    if sys.stderr.isatty():
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, transient=False) as bar:
            task = bar.add_task(what, total=total)
            yield lambda more, of=total: bar.update(task, advance=more, total=of)
        return
    done = said = 0

    def plain(more: int, of: int = total) -> None:
        nonlocal done, said
        done += more
        step = done * STEPS // of if of else STEPS
        if step > said:
            said = step
            typer.echo(f"{what}: {done} of {of}", err=True)

    yield plain
