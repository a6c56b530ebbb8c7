"""The installation's keys: given by the settings, or made once and kept in the data folder."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from filelock import FileLock
from joserfc.jwk import OKPKey

from shared.settings import ServiceSettings


@dataclass(frozen=True)
class Keyring:
    """What a service signs and checks with; `private` is there only for the one that signs people in."""

    link: bytes
    public: OKPKey
    private: OKPKey | None


def keyring(settings: ServiceSettings, *, signs: bool = False) -> Keyring:
    """Return the keys of `settings`; those not given are made once under `<data>/secrets`."""
    folder = settings.data / "secrets"
    link = settings.link_key.get_secret_value() if settings.link_key else _kept(folder / "link_key", _random)
    given = settings.session_private_key.get_secret_value() if settings.session_private_key else None
    private = (
        given
        if given or (settings.session_public_key and not signs)
        else _kept(folder / "session_private_key", _ed25519)
    )
    public = settings.session_public_key or _public(private or "")
    return Keyring(link.encode(), OKPKey.import_key(public), OKPKey.import_key(private) if signs and private else None)


def _kept(path: Path, make: Callable[[], str]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(path.with_suffix(".lock")):
        if not path.exists():
            # Put in place whole, so that a process that dies meanwhile leaves no empty key for the others to sign with.
            draft = path.with_suffix(".new")
            draft.unlink(missing_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(make())
            draft.replace(path)
        return path.read_text()


def _random() -> str:
    return secrets.token_urlsafe(32)


def _ed25519() -> str:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public(private: str) -> str:
    key = OKPKey.import_key(private).get_op_key("sign")
    assert isinstance(key, Ed25519PrivateKey)
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
