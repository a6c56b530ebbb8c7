"""What an issuer says holds, or nobody comes in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from services.partners.models import Session
from services.partners.oidc.config import Issuer
from shared.clock import frozen, now
from tests.partners.oidc.support import (
    KARI,
    NUMBER,
    OTHER,
    START,
    Serving,
    come_with,
    is_in,
    linked,
    with_claims,
    without,
)
from tests.partners.signing import rows
from tests.support.apps import ServiceApp
from tests.support.issuer import CLIENT_ID, Claims, DevIssuer


@pytest.mark.parametrize(
    "twist",
    [
        pytest.param(with_claims(nonce="another"), id="another nonce"),
        pytest.param(without("nonce"), id="no nonce"),
        pytest.param(with_claims(aud="another"), id="for another client"),
        pytest.param(with_claims(aud=["another", "third"]), id="for other clients"),
        pytest.param(with_claims(aud=[CLIENT_ID, "another"]), id="for several clients, made for nobody"),
        pytest.param(with_claims(azp="another"), id="made for another client"),
        pytest.param(without("aud"), id="for nobody"),
        pytest.param(with_claims(iss="https://evil.example"), id="another issuer"),
        pytest.param(without("iss"), id="no issuer"),
        pytest.param(lambda claims: claims | {"exp": claims["iat"] - 120}, id="past its time"),
        pytest.param(lambda claims: claims | {"iat": claims["iat"] - 3_600}, id="made an hour ago"),
        pytest.param(lambda claims: claims | {"iat": claims["iat"] + 3_600}, id="made in an hour"),
        pytest.param(lambda claims: claims | {"nbf": claims["iat"] + 3_600}, id="not yet good"),
        pytest.param(without("exp"), id="good for ever"),
        pytest.param(without("sub"), id="about nobody"),
        pytest.param(with_claims(sub=""), id="about an empty subject"),
        pytest.param(with_claims(sub=7), id="about a number"),
        pytest.param(with_claims(at_hash="bm90IHRoaXMgb25l"), id="for another access token"),
    ],
)
async def test_an_id_token_that_does_not_hold_lets_nobody_in(
    serving: Serving, issuer: DevIssuer, twist: Callable[[Claims], Claims]
) -> None:
    issuer.twist = twist
    async with serving() as partners, partners.visitor() as visitor:
        await linked(partners, issuer)
        answer = await come_with(issuer, visitor)
        assert (answer.status_code, is_in(visitor)) == (403, False)
        assert "Innloggingen hos Prøvekontoen ble ikke fullført" in answer.text
        assert await rows(partners, Session) == 0


@pytest.mark.parametrize("signature", ["none", "secret"])
async def test_a_signature_anybody_could_make_lets_nobody_in(
    serving: Serving, issuer: DevIssuer, signature: Any
) -> None:
    issuer.signature = signature
    async with serving() as partners, partners.visitor() as visitor:
        await linked(partners, issuer)
        assert (await come_with(issuer, visitor)).status_code == 403
        assert not is_in(visitor)


async def test_a_key_the_issuer_does_not_publish_lets_nobody_in(serving: Serving, issuer: DevIssuer) -> None:
    async with serving() as partners, partners.visitor() as visitor:
        await linked(partners, issuer)
        away = (await visitor.get(START)).headers["location"]
        published, kid = issuer.key, str(issuer.key.kid)
        forger = RSAKey.generate_key(2048, {"kid": kid})

        def forged(claims: Claims) -> Claims:
            issuer.key = forger
            return claims

        issuer.twist = forged
        back = issuer.signed_in_at(away)
        sign = issuer.sign
        issuer.sign = lambda claims: (sign(claims), setattr(issuer, "key", published))[0]  # type: ignore[method-assign]
        assert (await visitor.get(back)).status_code == 403
        assert not is_in(visitor)


async def test_new_keys_are_asked_for_when_a_token_names_one(partners: ServiceApp, issuer: DevIssuer) -> None:
    await linked(partners, issuer)
    moment = now()
    with frozen(moment):
        async with partners.visitor() as visitor:
            await come_with(issuer, visitor)
    issuer.rotate()
    with frozen(moment + timedelta(minutes=2)):
        issuer.clock = (moment + timedelta(minutes=2)).timestamp
        async with partners.visitor() as visitor:
            assert (await come_with(issuer, visitor)).headers["location"] == "/"
            assert is_in(visitor)
        assert issuer.asked.count("/jwks") == 2
        issuer.rotate()
        for _ in range(3):
            async with partners.visitor() as visitor:
                assert (await come_with(issuer, visitor)).status_code == 403
    assert issuer.asked.count("/jwks") == 2


async def test_what_the_issuer_says_of_itself_is_kept_for_an_hour(partners: ServiceApp, issuer: DevIssuer) -> None:
    moment = now()
    for minutes, times in ((0, 1), (59, 1), (61, 2)):
        with frozen(moment + timedelta(minutes=minutes)):
            async with partners.visitor() as visitor:
                await visitor.get(START)
        assert issuer.asked.count("/.well-known/openid-configuration") == times


@pytest.mark.parametrize(
    "metadata",
    [{"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/token"}, {"jwks_uri": "javascript:1"}],
)
async def test_an_issuer_that_names_foreign_addresses_is_not_used(
    serving: Serving, issuer: DevIssuer, metadata: Claims
) -> None:
    issuer.metadata = metadata
    async with serving() as partners, partners.visitor() as visitor:
        assert (await visitor.get(START)).status_code == 403


@pytest.mark.parametrize(("acr", "status"), [("high", 303), ("low", 403), (None, 403)])
async def test_a_level_that_was_asked_for_must_be_reached(
    serving: Serving, issuer: DevIssuer, acr: str | None, status: int
) -> None:
    issuer.person |= {"acr": acr} if acr else {}
    async with serving(acr_values=["high", "higher"]) as partners, partners.visitor() as visitor:
        await linked(partners, issuer)
        away = (await visitor.get(START)).headers["location"]
        assert parse_qs(urlsplit(away).query)["acr_values"] == ["high higher"]
        assert (await visitor.get(issuer.signed_in_at(away))).status_code == status


async def test_a_client_may_prove_itself_with_a_key(serving: Serving, issuer: DevIssuer) -> None:
    issuer.client_key = RSAKey.generate_key(2048)
    pem = issuer.client_key.as_pem(private=True).decode()
    async with serving(private_key=pem) as partners, partners.visitor() as visitor:
        await linked(partners, issuer)
        assert (await come_with(issuer, visitor)).headers["location"] == "/"


async def test_userinfo_fills_in_what_the_token_leaves_out_and_must_be_about_the_same(
    serving: Serving, issuer: DevIssuer
) -> None:
    issuer.told = {"sub": "kari", "orgno": OTHER}
    async with serving(organisation_claim="orgno", userinfo=True) as partners, partners.visitor() as visitor:
        assert OTHER in (await come_with(issuer, visitor)).headers["location"]
        issuer.told = {"sub": "another", "orgno": OTHER}
        assert (await come_with(issuer, visitor)).status_code == 403


async def test_an_issuer_of_many_tenants_lets_in_those_that_are_listed(serving: Serving, issuer: DevIssuer) -> None:
    issuer.metadata = {
        "issuer": issuer.url + "/{tenantid}",
        "authorization_response_iss_parameter_supported": False,
    }
    given = {"organisation_claim": "tid", "organisations": {"ours": NUMBER}}
    async with serving(**given) as partners, partners.visitor() as visitor:
        for tenant, iss, status in (
            ("ours", "ours", 303),
            ("theirs", "theirs", 403),
            ("ours", "theirs", 403),
            ("theirs", "ours", 403),
        ):
            issuer.person = KARI | {"tid": tenant, "iss": f"{issuer.url}/{iss}"}
            away = (await visitor.get(START)).headers["location"]
            back = httpx.URL(issuer.signed_in_at(away)).copy_remove_param("iss")
            assert (await visitor.get(str(back))).status_code == status, (tenant, iss)


@pytest.mark.parametrize(
    "given",
    [
        {"issuer": "http://login.example.org"},
        {"private_key": "x", "client_secret": "y"},
        {"scopes": ["email"]},
        {"trusted_for_email": True},
        {"key": "Entra ID"},
        {"unknown": 1},
    ],
)
def test_an_issuer_that_could_not_be_trusted_is_refused_when_it_is_configured(given: dict[str, Any]) -> None:
    good = {"key": "x", "name": "X", "issuer": "https://login.example.org", "client_id": "c"}
    Issuer.model_validate(good)
    with pytest.raises(ValueError, match="validation error"):
        Issuer.model_validate(good | given)
