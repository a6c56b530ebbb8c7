"""`koblingsboks secrets`: all that compose.yaml reads from files, made once and closed to others."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from pathlib import Path

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from deploy.servers.uids import INDEXER_UID, SEARCH_UID
from shared.contracts.catalogue import SERVICES

BUS_USERS = ("topology", *SERVICES)


def run(folder: Path) -> None:
    """Write every secret that is missing into `folder`; those that are there stay as they are."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    for name in ("postgres_password", "link_key", "meilisearch_master_key"):
        _keep(folder / name, _random)
    _session_keys(folder)
    _search_keys(folder)
    # The mail catcher's. An operator puts their mail server's here: smtp://user:password@host:587
    _keep(folder / "smtp_url", lambda: "smtp://mail:1025\n")
    for user in BUS_USERS:
        password = _keep(folder / f"{user}_nats_password", _random)
        _keep(folder / f"{user}_nats_url", _said(f"nats://{user}:{password}@nats:4222\n"))
    lines = [f'{user}_password: "{(folder / f"{user}_nats_password").read_text()}"\n' for user in BUS_USERS]
    _keep(folder / "nats_passwords", _said("".join(lines)))
    for service in SERVICES:
        password = _keep(folder / f"{service}_database_password", _random)
        url = f"postgresql+asyncpg://{service}:{password}@postgres:5432/{service}\n"
        _keep(folder / f"{service}_database_url", _said(url))
    typer.echo(f"Secrets are in {folder}.")


def _keep(file: Path, make: Callable[[], str]) -> str:
    if not file.exists():
        draft = file.with_name(f".{file.name}.draft")
        draft.write_text(make())
        # Containers read them under users of their own; the folder is what is closed.
        draft.chmod(0o444)
        draft.rename(file)
    return file.read_text()


def _random() -> str:
    return secrets.token_hex(32)


def _said(text: str) -> Callable[[], str]:
    return lambda: text


def _session_keys(folder: Path) -> None:
    def fresh() -> str:
        return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    private = load_pem_private_key(_keep(folder / "session_private_key", fresh).encode(), None)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    _keep(folder / "session_public_key", _said(public))


def _search_keys(folder: Path) -> None:
    master = (folder / "meilisearch_master_key").read_text()
    for name, uid in (("meilisearch_index_key", INDEXER_UID), ("meilisearch_search_key", SEARCH_UID)):
        _keep(folder / name, _said(hmac.new(master.encode(), uid.encode(), hashlib.sha256).hexdigest()))
    _keep(folder / "meilisearch_config", _said(f'env = "production"\nmaster_key = "{master}"\n'))
