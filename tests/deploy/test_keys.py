"""An installation makes its secrets once, and its services get keys that reach no further than they need."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from meilisearch import Client

from deploy.servers.keys import INDEXER, SEARCH, ensure_keys, key_value, master_key, secret
from tests.support.servers import Meilisearch


def status(server: Meilisearch, key: str, method: str, path: str, body: object = None) -> int:
    """The answer to one request with `key`."""
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.request(method, f"{server.url}{path}", headers=headers, json=body, timeout=10).status_code


def test_a_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first = secret(tmp_path, "session-key")
    assert len(first) >= 43
    assert secret(tmp_path, "session-key") == first
    assert secret(tmp_path, "another") != first
    assert (tmp_path / "secrets" / "session-key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


def test_two_that_start_at_once_get_the_same_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: master_key(tmp_path), range(32)))
    assert len(made) == 1
    assert [file.name for file in (tmp_path / "secrets").iterdir()] == ["meilisearch-master-key"]


def test_key_values_follow_from_the_master_key_and_may_be_made_twice(meilisearch: Meilisearch) -> None:
    ensure_keys(meilisearch.url, meilisearch.master_key)
    client = Client(meilisearch.url, meilisearch.master_key, timeout=10)
    assert client.get_key(INDEXER.uid).key == meilisearch.indexer_key == key_value(meilisearch.master_key, INDEXER)
    assert client.get_key(SEARCH.uid).key == meilisearch.search_key


def test_a_key_with_other_rights_is_renewed(meilisearch: Meilisearch) -> None:
    client = Client(meilisearch.url, meilisearch.master_key, timeout=10)
    client.delete_key(SEARCH.uid)
    client.create_key({"uid": SEARCH.uid, "actions": ["*"], "indexes": ["*"], "expiresAt": None})
    ensure_keys(meilisearch.url, meilisearch.master_key)
    assert client.get_key(SEARCH.uid).actions == ["search"]
    assert client.get_key(SEARCH.uid).key == meilisearch.search_key


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("GET", "/indexes/cases_x/search?q=a", None, 403),
        ("POST", "/indexes/cases_x/documents", [{"id": 1}], 202),
        ("PATCH", "/indexes/cases_x/settings", {"searchableAttributes": ["title"]}, 202),
        ("POST", "/indexes", {"uid": "cases_y", "primaryKey": "id"}, 202),
        ("POST", "/swap-indexes", [{"indexes": ["cases_x", "cases_y"]}], 202),
        ("GET", "/tasks", None, 200),
        ("GET", "/stats", None, 200),
        ("GET", "/version", None, 200),
        ("POST", "/indexes/people/documents", [{"id": 1}], 403),
        ("GET", "/keys", None, 403),
        ("POST", "/dumps", None, 403),
    ],
)
def test_the_indexer_reaches_the_case_indexes_only(
    meilisearch: Meilisearch, method: str, path: str, body: object, expected: int
) -> None:
    assert status(meilisearch, meilisearch.indexer_key, method, path, body) == expected


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("GET", "/indexes/people/search?q=a", None, 403),
        ("POST", "/indexes/cases_x/documents", [{"id": 1}], 403),
        ("GET", "/indexes/cases_x/documents", None, 403),
        ("DELETE", "/indexes/cases_x", None, 403),
        ("GET", "/tasks", None, 403),
        ("GET", "/keys", None, 403),
    ],
)
def test_the_search_key_may_only_search(
    meilisearch: Meilisearch, method: str, path: str, body: object, expected: int
) -> None:
    assert status(meilisearch, meilisearch.search_key, method, path, body) == expected


def test_the_search_key_searches_cases(meilisearch: Meilisearch) -> None:
    client = Client(meilisearch.url, meilisearch.indexer_key, timeout=10)
    name = f"cases_{uuid.uuid4().hex}"
    task = client.index(name).add_documents([{"id": 1, "title": "Solceller på fjøstak"}], "id")
    assert client.wait_for_task(task.task_uid).status == "succeeded"
    assert status(meilisearch, meilisearch.search_key, "GET", f"/indexes/{name}/search?q=solceller") == 200


def test_nobody_gets_in_without_a_key(meilisearch: Meilisearch) -> None:
    assert httpx.get(f"{meilisearch.url}/indexes", timeout=10).status_code == 401
