"""Prints how good the search is: `make search-quality`, or `python -m tests.quality [FILE of queries …] [--each]`."""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.quality.asking import ROOT, ask_bare, ask_library, migrate, queries
from tests.quality.measures import Figures, Result, by, figures, ndcg
from tests.support.servers import meilisearch_server

OWN = ROOT / "tests" / "quality" / "queries.json"
SHARED = ROOT.parent / "shared" / "data" / "queries_dev.json"


def main(arguments: Sequence[str]) -> None:
    """Ask all queries and print the tables."""
    files = [Path(each) for each in arguments if not each.startswith("-")] or [
        OWN,
        *([SHARED] if SHARED.exists() else []),
    ]
    console = Console(width=110)
    for file in files:
        asked = queries(file)
        with tempfile.TemporaryDirectory() as name, meilisearch_server(Path(name) / "meilisearch") as server:
            migrate(Path(name))
            ours = asyncio.run(ask_library(server, Path(name), asked))
            bare = ask_bare(server, asked)
        console.print(table(file.name, ours, bare))
        if "--each" in arguments:
            for row in sorted(ours, key=lambda row: ndcg(row.found, row.query.relevant)):
                console.print(
                    f"{ndcg(row.found, row.query.relevant):.2f}  {row.total:4d}  {row.query.lang}  {row.query.q}"
                )


def table(name: str, ours: Sequence[Result], bare: Sequence[Result]) -> Table:
    """Return the figures of both, in all and by kind and language."""
    made = Table(title=f"{name}: the library beside Meilisearch as it comes")
    for heading in ("", "queries", "nDCG@10", "bare", "recall@10", "bare", "no hits", "bare"):
        made.add_column(heading, justify="left" if not heading else "right")
    rows = [("all", ours, bare)]
    rows += [(key, found, by(bare, what)[key]) for what in ("kind", "lang") for key, found in by(ours, what).items()]
    for label, one, other in rows:
        made.add_row(label, *_cells(figures(one), figures(other)), end_section=label == "all")
    return made


def _cells(one: Figures, other: Figures) -> list[str]:
    pairs = ((one.ndcg, other.ndcg), (one.recall, other.recall), (one.nothing, other.nothing))
    return [str(one.queries), *(f"{each:.2f}" for pair in pairs for each in pair)]


if __name__ == "__main__":
    main(sys.argv[1:])
