"""`koblingsboks secrets` makes all that compose.yaml reads, once, and closed to others."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from deploy.servers.keys import INDEXER, SEARCH, key_value
from shared.auth.keys import keyring
from shared.settings import ServiceSettings
from tests.packaging.support import ROOT, compose


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "secrets"
    make(folder)
    return folder


def make(folder: Path) -> None:
    command = [sys.executable, "-m", "deploy.cli", "secrets", str(folder)]
    subprocess.run(command, check=True, capture_output=True, timeout=60, cwd=ROOT)


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_every_secret_of_compose_is_made(secrets: Path) -> None:
    named = {name: str(secret["file"]) for name, secret in compose()["secrets"].items()}
    assert all(file.endswith(f"/{name}") for name, file in named.items())
    assert named.keys() <= contents(secrets).keys()
    assert all(text.strip() for text in contents(secrets).values())


def test_the_folder_is_closed_to_others(secrets: Path) -> None:
    assert stat.S_IMODE(os.stat(secrets).st_mode) == 0o700


def test_a_second_run_changes_nothing(secrets: Path) -> None:
    before = contents(secrets)
    make(secrets)
    assert contents(secrets) == before


def test_two_installations_share_no_secret(secrets: Path, tmp_path: Path) -> None:
    make(tmp_path)
    same = {name for name, text in contents(tmp_path).items() if contents(secrets)[name] == text}
    assert same == {"smtp_url"}


def test_meilisearch_will_know_the_keys(secrets: Path) -> None:
    made = {name: text.strip() for name, text in contents(secrets).items()}
    assert made["meilisearch_index_key"] == key_value(made["meilisearch_master_key"], INDEXER)
    assert made["meilisearch_search_key"] == key_value(made["meilisearch_master_key"], SEARCH)
    assert made["meilisearch_master_key"] in made["meilisearch_config"]


def test_the_session_keys_are_a_pair_the_services_can_read(secrets: Path, tmp_path: Path) -> None:
    made = contents(secrets)
    public = ServiceSettings(data=tmp_path, link_key=SecretStr("k"), session_public_key=made["session_public_key"])
    private = public.model_copy(update={"session_private_key": SecretStr(made["session_private_key"])})
    signing = keyring(private, signs=True)
    assert signing.private is not None
    assert signing.private.as_dict(private=False) == keyring(public).public.as_dict(private=False)


def test_database_and_broker_addresses_carry_their_passwords(secrets: Path) -> None:
    made = {name: text.strip() for name, text in contents(secrets).items()}
    for service in ("partners", "knowledge", "events", "notifier"):
        password = made[f"{service}_database_password"]
        assert made[f"{service}_database_url"] == f"postgresql+asyncpg://{service}:{password}@postgres:5432/{service}"
        assert made[f"{service}_nats_url"] == f"nats://{service}:{made[f'{service}_nats_password']}@nats:4222"
