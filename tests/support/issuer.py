"""A small issuer of OpenID Connect on a real port: discovery, keys, authorize, token, userinfo. It can be told to misbehave.

with running_issuer() as issuer:
    issuer.person = {"sub": "kari", "email": "kari@example.org", "email_verified": True}
    back = issuer.signed_in_at(url)          # opens the authorize address as the browser does; the address it is sent back to
    issuer.twist = lambda claims: claims | {"nonce": "another"}
    issuer.signature = "none"                # or "secret": HS256 with the public key
    issuer.rotate()
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

Claims = dict[str, Any]
CLIENT_ID, CLIENT_SECRET = "koblingsboks", "a secret of the tests"
LOGOUT = {"http://schemas.openid.net/event/backchannel-logout": {}}


class DevIssuer:
    """What the issuer knows and does; the server below only speaks HTTP for it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.person: Claims = {"sub": "kari"}
        self.told: Claims = {}
        self.twist: Callable[[Claims], Claims] = dict
        self.signature: Literal["good", "none", "secret"] = "good"
        self.metadata: Claims = {}
        self.answer: dict[str, str] = {}
        self.client_key: RSAKey | None = None
        self.asked: list[str] = []
        self.clock: Callable[[], float] = time.time
        self._codes: dict[str, Claims] = {}
        self.key = _first_key()

    def rotate(self, kid: str | None = None) -> None:
        """Sign with a new key from now on, and publish no other."""
        self.key = RSAKey.generate_key(2048, {"kid": kid or secrets.token_hex(4), "use": "sig", "alg": "RS256"})

    def signed_in_at(self, url: str) -> str:
        """Return the address the browser is sent back to, after it was sent to `url` and signed in there."""
        with httpx.Client() as web:
            return web.get(url).headers["location"]

    def document(self) -> Claims:
        """Return the discovery document."""
        places = {name: f"{self.url}/{name}" for name in ("authorize", "token", "jwks", "userinfo", "logout")}
        return {
            "issuer": self.url,
            "authorization_endpoint": places["authorize"],
            "token_endpoint": places["token"],
            "jwks_uri": places["jwks"],
            "userinfo_endpoint": places["userinfo"],
            "end_session_endpoint": places["logout"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "authorization_response_iss_parameter_supported": True,
            **self.metadata,
        }

    def authorize(self, given: dict[str, str]) -> str:
        """Sign the person in, and return where the browser goes on to."""
        code = secrets.token_urlsafe(16)
        self._codes[code] = given
        answer = {"code": code, "state": given["state"], "iss": self.url, **self.answer}
        return f"{given['redirect_uri']}?{urlencode(answer)}"

    def token(self, given: dict[str, str], authorization: str) -> tuple[int, Claims]:
        """Answer the token endpoint."""
        asked = self._codes.pop(given.get("code", ""), None)
        challenge = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        if not self._is_client(given, authorization):
            return 401, {"error": "invalid_client"}
        if (
            asked is None
            or asked["redirect_uri"] != given["redirect_uri"]
            or asked["code_challenge_method"] != "S256"
            or asked["code_challenge"] != _text(challenge)
        ):
            return 400, {"error": "invalid_grant"}
        moment = int(self.clock())
        access = secrets.token_urlsafe(16)
        claims = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "iat": moment,
            "exp": moment + 300,
            "nonce": asked["nonce"],
            "at_hash": _text(hashlib.sha256(access.encode()).digest()[:16]),
            **self.person,
        }
        return 200, {"access_token": access, "token_type": "Bearer", "id_token": self.sign(self.twist(claims))}

    def logout_token(self, **claims: Any) -> str:
        """Return a logout token with `claims` beside the usual ones; one that is None is left out."""
        moment = int(self.clock())
        usual = {"iss": self.url, "aud": CLIENT_ID, "iat": moment, "exp": moment + 120, "jti": "1", "events": LOGOUT}
        return self.sign({name: value for name, value in {**usual, **claims}.items() if value is not None})

    def sign(self, claims: Claims) -> str:
        """Return claims as a token, signed as `signature` says."""
        kid = self.key.kid
        if self.signature == "none":
            return f"{_unsigned('none', kid, claims)}."
        if self.signature == "secret":
            text = _unsigned("HS256", kid, claims)
            return f"{text}.{_text(hmac.digest(self.key.as_pem(private=False), text.encode(), 'sha256'))}"
        return jwt.encode({"alg": "RS256", "kid": kid}, claims, self.key)

    def _is_client(self, given: dict[str, str], authorization: str) -> bool:
        if self.client_key is not None:
            claims = jwt.decode(given.get("client_assertion", ""), self.client_key).claims
            return claims["sub"] == CLIENT_ID and claims["aud"] == f"{self.url}/token"
        named = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        return authorization == f"Basic {named}"


@contextmanager
def running_issuer() -> Iterator[DevIssuer]:
    """Run an issuer on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    issuer = DevIssuer(f"http://127.0.0.1:{server.server_address[1]}")
    server.issuer = issuer  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        issuer: DevIssuer = self.server.issuer  # type: ignore[attr-defined]
        parts = urlsplit(self.path)
        issuer.asked.append(parts.path)
        match parts.path:
            case "/.well-known/openid-configuration":
                self._json(200, issuer.document())
            case "/jwks":
                self._json(200, {"keys": [issuer.key.as_dict(private=False)]})
            case "/authorize":
                self._redirect(issuer.authorize(_flat(parts.query)))
            case "/userinfo":
                self._json(200, issuer.told)
            case _:
                self._json(404, {})

    def do_POST(self) -> None:
        issuer: DevIssuer = self.server.issuer  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self._json(*issuer.token(_flat(body), self.headers.get("authorization", "")))

    def _json(self, status: int, value: Claims) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _redirect(self, to: str) -> None:
        self.send_response(303)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_given: Any) -> None:
        """Keep quiet."""


@cache
def _first_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})


def _flat(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}


def _unsigned(alg: str, kid: str | None, claims: Claims) -> str:
    return ".".join(_text(json.dumps(part).encode()) for part in ({"alg": alg, "kid": kid}, claims))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
