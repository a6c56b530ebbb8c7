"""The gate: the search is as good as it was, on queries written before it was tuned."""

import asyncio
from pathlib import Path

from tests.quality.__main__ import OWN
from tests.quality.asking import ask_library, migrate, queries
from tests.quality.measures import figures, ndcg, recall
from tests.support.servers import meilisearch_server

LEAST = 0.79
"""A little below what was measured, for ties fall differently with the order of loading."""


def test_graded_queries_find_what_they_are_about(tmp_path: Path) -> None:
    migrate(tmp_path)
    with meilisearch_server(tmp_path / "meilisearch") as server:
        found = figures(asyncio.run(ask_library(server, tmp_path, queries(OWN))))
    assert found.queries == 100
    assert found.ndcg >= LEAST
    assert found.nothing == 0


def test_a_perfect_list_is_worth_one_and_an_empty_one_nothing() -> None:
    relevant = {"a": 2, "b": 1}
    assert ndcg(["a", "b"], relevant) == 1
    assert 0 < ndcg(["b", "a"], relevant) < 1
    assert ndcg([], relevant) == 0
    assert recall(["b", "c"], relevant) == 0.5
