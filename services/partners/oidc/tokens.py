"""What makes a token of an issuer hold."""

from collections.abc import Mapping
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidClaimError, MissingClaimError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry, Token

from services.partners.oidc.config import Issuer
from shared.clock import now

SAFE = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures only the issuer can make. A shared secret could be made up with its public key, and `none` by anybody."""
LEEWAY = 60
OLDEST = 600
"""Seconds a token may be old: it was made in the moment it was asked for."""
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
TENANT = "{tenantid}"


def signed(token: str, keys: KeySet, metadata: Mapping[str, Any]) -> Token:
    """Return a token whose signature is the issuer's; raises a JoseError or ValueError."""
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    allowed = [name for name in SAFE if name in offered]
    return jwt.decode(token, keys, registry=JWSRegistry(algorithms=allowed, strict_check_header=False))


def check_id_token(config: Issuer, metadata: Mapping[str, Any], token: Token, nonce: str, access_token: str) -> None:
    """Raise a JoseError or ValueError unless this ID token was made just now, by this issuer, for us and for this sign-in."""
    claims = token.claims
    options: Any = {
        "iss": {"essential": True, "value": issuer_of(config, metadata, claims)},
        "aud": {"essential": True, "value": config.client_id},
        "sub": {"essential": True},
        "nonce": {"essential": True},
    }
    parameters = {"nonce": nonce, "client_id": config.client_id, "access_token": access_token}
    moment = int(now().timestamp())
    CodeIDToken(claims, token.header, options, parameters).validate(moment, LEEWAY)
    if moment - float(claims["iat"]) > OLDEST:
        raise InvalidClaimError("iat")
    if config.acr_values and claims.get("acr") not in config.acr_values:
        raise InvalidClaimError("acr")
    if len(claims["sub"]) > 255:
        raise InvalidClaimError("sub")


def check_logout_token(config: Issuer, metadata: Mapping[str, Any], token: Token) -> None:
    """Raise a JoseError or ValueError unless this token tells us that a session at the issuer is over."""
    claims = token.claims
    options: Any = {
        "iss": {"essential": True, "value": issuer_of(config, metadata, claims)},
        "aud": {"essential": True, "value": config.client_id},
        "iat": {"essential": True},
        "jti": {"essential": True},
    }
    moment = int(now().timestamp())
    JWTClaimsRegistry(moment, LEEWAY, **options).validate(claims)
    if "exp" not in claims and moment - float(claims["iat"]) > OLDEST:
        raise MissingClaimError("exp")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT), dict):
        raise InvalidClaimError("events")
    # An ID token has one: it says who signed in, and must not be taken for word that they signed out.
    if "nonce" in claims:
        raise InvalidClaimError("nonce")
    if not isinstance(claims.get("sid") or claims.get("sub"), str):
        raise MissingClaimError("sid")


def issuer_of(config: Issuer, metadata: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    """Return what `iss` must be; an issuer for many tenants says each tenant's own, and only those that are listed are let in."""
    issuer = str(metadata["issuer"])
    if TENANT not in issuer:
        return issuer
    tenant = claims.get("tid")
    if not isinstance(tenant, str) or tenant not in config.organisations:
        raise InvalidClaimError("tid")
    return issuer.replace(TENANT, tenant)
