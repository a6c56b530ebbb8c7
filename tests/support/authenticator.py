"""A passkey authenticator in software: ES256 keys, attestation `none`, a count of uses. It can be made to misbehave.

device = Authenticator("https://koblingsboks.test")
sent = device.create(options)        # what navigator.credentials.create() gives, as the page sends it
sent = device.get(options)
"""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Held:
    """A passkey on the device."""

    key: ec.EllipticCurvePrivateKey
    user: bytes
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    count: int = 0


class Authenticator:
    """A device with passkeys, in a browser on `origin`."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.host = urlsplit(origin).hostname or ""
        self.held: list[Held] = []
        self.flags = PRESENT | VERIFIED
        self.counts = True

    def create(self, options: dict[str, Any]) -> str:
        """Make a passkey and return what the browser sends of it."""
        made = Held(ec.generate_private_key(ec.SECP256R1()), base64url_to_bytes(options["user"]["id"]))
        self.held.append(made)
        numbers = made.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        attested = bytes(16) + len(made.id).to_bytes(2, "big") + made.id + public
        data = self._data(made, ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {
            "clientDataJSON": self._client_data("webauthn.create", options),
            "attestationObject": bytes_to_base64url(attestation),
            "transports": ["internal", "hybrid", "invented"],
        }
        return self._sent(made, response)

    def get(self, options: dict[str, Any], held: Held | None = None) -> str:
        """Show a passkey, the newest unless told, and return what the browser sends of it."""
        shown = held or self.held[-1]
        if self.counts:
            shown.count += 1
        data = self._data(shown)
        client_data = self._client_data("webauthn.get", options)
        signed = data + hashlib.sha256(base64url_to_bytes(client_data)).digest()
        response = {
            "clientDataJSON": client_data,
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(shown.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": bytes_to_base64url(shown.user),
        }
        return self._sent(shown, response)

    def _data(self, held: Held, more: int = 0) -> bytes:
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([self.flags | more]) + held.count.to_bytes(4, "big")

    def _client_data(self, kind: str, options: dict[str, Any]) -> str:
        data = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return bytes_to_base64url(json.dumps(data).encode())

    def _sent(self, held: Held, response: dict[str, Any]) -> str:
        name = bytes_to_base64url(held.id)
        sent = {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}
        return json.dumps(sent)
