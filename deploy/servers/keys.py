"""Secrets of one installation, and the two narrow keys that Meilisearch's clients get instead of the master key."""

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from meilisearch import Client
from meilisearch.errors import MeilisearchApiError

from deploy.servers.places import writable_folder
from deploy.servers.uids import INDEXER_UID, SEARCH_UID

CASES = "cases*"
MASTER = "meilisearch-master-key"


@dataclass(frozen=True)
class Scope:
    """What one key may do. The fixed uid makes the key's value follow from the master key, so it need not be stored."""

    name: str
    uid: str
    actions: tuple[str, ...]


INDEXER = Scope(
    "indexer",
    INDEXER_UID,
    ("documents.*", "settings.*", "tasks.get", "indexes.*", "stats.get", "version"),
)
SEARCH = Scope("search", SEARCH_UID, ("search",))


def secret(data: Path, name: str, bytes_: int = 32) -> str:
    """The installation's secret `name`: `bytes_` random bytes, made once and kept in `<data>/secrets/` (mode 0600)."""
    folder = writable_folder(data / "secrets", "--data")
    folder.chmod(0o700)
    file = folder / name
    draft = folder / f".{name}.{secrets.token_hex(4)}"
    if not file.exists():
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(bytes_))
            out.flush()
            os.fsync(out.fileno())
        _keep_first(draft, file)
    return file.read_text(encoding="ascii")


def _keep_first(draft: Path, file: Path) -> None:
    try:
        os.link(draft, file)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def master_key(data: Path) -> str:
    """Meilisearch's master key for this installation."""
    return secret(data, MASTER)


def key_value(master: str, scope: Scope) -> str:
    """The API key Meilisearch gives `scope`: HMAC-SHA256 of the uid under the master key, in hex."""
    return hmac.new(master.encode(), scope.uid.encode(), hashlib.sha256).hexdigest()


def ensure_keys(url: str, master: str, timeout: int = 10) -> None:
    """Creates both scoped keys in a running Meilisearch, and renews one whose rights differ; may run twice.

    Raises the client's MeilisearchError when the server does not answer within `timeout` seconds or refuses.
    """
    client = Client(url, master, timeout=timeout)
    for scope in (INDEXER, SEARCH):
        if not _as_wanted(client, scope):
            client.create_key(_wanted(scope))


def _as_wanted(client: Client, scope: Scope) -> bool:
    try:
        seen = client.get_key(scope.uid)
    except MeilisearchApiError as error:
        if error.code == "api_key_not_found":
            return False
        raise
    if sorted(seen.actions) == sorted(scope.actions) and seen.indexes == [CASES]:
        return True
    client.delete_key(scope.uid)
    return False


def _wanted(scope: Scope) -> dict[str, object]:
    return {
        "uid": scope.uid,
        "name": f"koblingsboks {scope.name}",
        "actions": list(scope.actions),
        "indexes": [CASES],
        "expiresAt": None,
    }
