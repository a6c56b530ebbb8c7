"""Links that carry their own proof: what stands in mails, short enough for a header line."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

MAC_BYTES = 16


def link_token(key: bytes, purpose: str, person_id: UUID, about: UUID | None = None) -> str:
    """Return 43 URL-safe characters that prove `key`'s holder meant `person_id` to do `purpose` (about `about`)."""
    return _text(person_id.bytes + _mac(key, purpose, person_id, about))


def read_link(key: bytes, purpose: str, token: str, about: UUID | None = None) -> UUID | None:
    """Return the person a token of :func:`link_token` was made for; None where it was not made for this."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    if len(raw) != 16 + MAC_BYTES:
        return None
    person_id = UUID(bytes=raw[:16])
    return person_id if hmac.compare_digest(raw[16:], _mac(key, purpose, person_id, about)) else None


def secret(key: bytes, purpose: str, about: UUID) -> str:
    """Return 43 URL-safe characters only the holders of `key` can derive for `about`."""
    return _text(hmac.digest(key, f"{purpose}|{about}".encode(), "sha256"))


def digest(text: str) -> str:
    """Return the SHA-256 of a secret, the form it is stored in."""
    return sha256(text.encode()).hexdigest()


def _mac(key: bytes, purpose: str, person_id: UUID, about: UUID | None) -> bytes:
    return hmac.digest(key, f"{purpose}|{person_id}|{about or ''}".encode(), "sha256")[:MAC_BYTES]


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
