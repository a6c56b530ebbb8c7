"""An issuer as it is reached: what it says of itself, kept for an hour, and the two requests of a sign-in."""

import asyncio
import logging
import ssl
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.integrations.base_client import OAuthError
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import Token

from services.partners.oidc.claims import Said, said
from services.partners.oidc.config import LOOPBACK, Issuer
from services.partners.oidc.tokens import TENANT, check_id_token, check_logout_token, signed
from services.partners.sign_in_errors import IssuerAway, IssuerRefused
from shared.clock import now

with warnings.catch_warnings():
    # Authlib says at import that it will want another HTTP client one day; operators can do nothing about it.
    warnings.filterwarnings("ignore", "The httpx module is deprecated")
    from authlib.integrations.httpx_client import AsyncOAuth2Client

WELL_KNOWN = "/.well-known/openid-configuration"
KEPT = timedelta(hours=1)
ASKED_AGAIN = timedelta(seconds=30)
"""Keys are asked for anew at most so often, however many tokens name one that is unknown."""
TIMEOUT = 6.0
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Known:
    """What an issuer said of itself, and when."""

    metadata: Mapping[str, Any]
    keys: KeySet
    at: datetime


class Provider:
    """One issuer. Every method raises IssuerAway where it does not answer, and IssuerRefused where what it says does not hold."""

    def __init__(self, config: Issuer) -> None:
        self.config = config
        self._known: Known | None = None
        self._asking = asyncio.Lock()

    async def authorization_url(self, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Return where the browser is sent to sign in."""
        known = await self._read()
        extra = dict(self.config.authorize)
        if self.config.acr_values:
            extra["acr_values"] = " ".join(self.config.acr_values)
        async with self._client(redirect_uri) as client:
            url, _ = client.create_authorization_url(
                known.metadata["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce, **extra
            )
        return str(url)

    async def said(self, redirect_uri: str, answer: Mapping[str, str], nonce: str, verifier: str) -> Said:
        """Return what the issuer says of whoever came back with `answer`, the parameters of the address they came back to."""
        known = await self._read()
        self._check_answer(known, answer)
        try:
            async with self._client(redirect_uri) as client:
                tokens = await client.fetch_token(
                    known.metadata["token_endpoint"],
                    grant_type="authorization_code",
                    code=answer.get("code", ""),
                    code_verifier=verifier,
                )
        except OAuthError as error:
            raise self._refused(f"refused the code: {error.error}") from error
        except (httpx.HTTPError, ValueError) as error:
            raise self._away(error) from error
        claims = await self._claims(tokens, nonce)
        return said(self.config, claims)

    async def logged_out(self, logout_token: str) -> tuple[str, str, str]:
        """Return the issuer, the session and the subject a logout token names; either of the last two may be empty."""
        try:
            token, known = await self._signed(logout_token)
            check_logout_token(self.config, known.metadata, token)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise self._refused(f"logout token: {error!r}") from error
        claims = token.claims
        return str(claims["iss"]), str(claims.get("sid") or ""), str(claims.get("sub") or "")

    async def end_session_url(self, back: str) -> str:
        """Return where the browser ends its session at the issuer, and comes back from; empty where that is not offered."""
        known = await self._read()
        url = known.metadata.get("end_session_endpoint")
        if not isinstance(url, str) or not _safe(url):
            return ""
        query = urlencode({"client_id": self.config.client_id, "post_logout_redirect_uri": back})
        return f"{url}{'&' if '?' in url else '?'}{query}"

    def _check_answer(self, known: Known, answer: Mapping[str, str]) -> None:
        named = answer.get("iss")
        promised = known.metadata.get("authorization_response_iss_parameter_supported") is True
        if (named is not None or promised) and named != known.metadata["issuer"]:
            raise self._refused("the answer is another issuer's")
        if "error" in answer or not answer.get("code"):
            raise self._refused(f"answered {answer.get('error', 'without a code')[:60]}")

    async def _claims(self, tokens: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        access = str(tokens.get("access_token") or "")
        try:
            token, known = await self._signed(str(tokens.get("id_token") or ""))
            check_id_token(self.config, known.metadata, token, nonce, access)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise self._refused(f"ID token: {error!r}") from error
        claims = dict(token.claims)
        if self.config.userinfo and access:
            told = await self._get(known.metadata.get("userinfo_endpoint", ""), access)
            if told.get("sub") != claims["sub"]:
                raise self._refused("userinfo is about another subject")
            claims = {**told, **claims}
        return claims

    async def _signed(self, text: str) -> tuple[Token, Known]:
        known = await self._read()
        try:
            return signed(text, known.keys, known.metadata), known
        except InvalidKeyIdError:
            # Issuers change their keys; a token may be the first to tell.
            known = await self._read(newer_than=now() - ASKED_AGAIN)
            return signed(text, known.keys, known.metadata), known

    async def _read(self, newer_than: datetime | None = None) -> Known:
        oldest = newer_than or now() - KEPT
        async with self._asking:
            if self._known is None or self._known.at < oldest:
                self._known = await self._ask()
            return self._known

    async def _ask(self) -> Known:
        metadata = await self._get(self.config.issuer.rstrip("/") + WELL_KNOWN)
        named = metadata.get("issuer")
        same = isinstance(named, str) and (
            named.rstrip("/") == self.config.issuer.rstrip("/")
            or (TENANT in named and urlsplit(named).netloc == urlsplit(self.config.issuer).netloc)
        )
        if not same:
            raise self._refused("calls itself by another name")
        if not all(_safe(metadata.get(name)) for name in NEEDED):
            raise self._refused("names an address that is not https")
        keys: Any = await self._get(metadata["jwks_uri"])
        try:
            return Known(metadata, KeySet.import_key_set(keys), now())
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise self._refused(f"keys: {error!r}") from error

    async def _get(self, url: str, access_token: str = "") -> dict[str, Any]:
        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {access_token}"} if access_token else {})
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT, verify=self._trust) as client:
                answer = await client.get(url, headers=headers)
                answer.raise_for_status()
                found = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise self._away(error) from error
        if not isinstance(found, dict):
            raise self._refused("answers no JSON object")
        return found

    def _client(self, redirect_uri: str) -> AsyncOAuth2Client:
        config = self.config
        secret = config.private_key or config.client_secret
        auth = (
            "private_key_jwt"
            if config.private_key
            else f"client_secret_{config.client_auth}"
            if config.client_secret
            else "none"
        )
        client = AsyncOAuth2Client(
            config.client_id,
            secret.get_secret_value() if secret else None,
            token_endpoint_auth_method=auth,
            scope=" ".join(config.scopes),
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            timeout=TIMEOUT,
            verify=self._trust,
        )
        client.register_client_auth_method(PrivateKeyJWT())
        return client

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def _refused(self, why: str) -> IssuerRefused:
        log.warning("sign-in with %s: %s", self.config.key, why)
        return IssuerRefused(name=self.config.name)

    def _away(self, error: Exception) -> IssuerAway:
        log.warning("sign-in with %s: it does not answer: %r", self.config.key, error)
        return IssuerAway(name=self.config.name)


def providers(configs: Iterable[Issuer]) -> dict[str, Provider]:
    """Return the issuers by their key, in the order they are configured."""
    return {config.key: Provider(config) for config in configs}


def _safe(url: object) -> bool:
    parts = urlsplit(url) if isinstance(url, str) else None
    return parts is not None and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))
