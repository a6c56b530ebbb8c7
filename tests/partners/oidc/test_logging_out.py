"""Sessions that end with the issuer's."""

from typing import Any

import httpx
import pytest

from shared.contracts.partners import SessionEnded
from tests.partners.oidc.support import START, Serving, come_with, is_in, linked
from tests.partners.signing import submit
from tests.support.apps import ServiceApp
from tests.support.issuer import CLIENT_ID, DevIssuer


async def logged_out(partners: ServiceApp, token: str) -> httpx.Response:
    async with partners.visitor() as server:
        return await server.post(f"{START}/logout", data={"logout_token": token})


@pytest.mark.parametrize("named", [{"sid": "s1"}, {"sub": "kari"}, {"sid": "s1", "sub": "kari"}])
async def test_an_issuer_ends_the_session_it_began(
    partners: ServiceApp, issuer: DevIssuer, named: dict[str, str]
) -> None:
    await linked(partners, issuer)
    issuer.person |= {"sid": "s1"}
    async with partners.visitor() as visitor:
        await come_with(issuer, visitor)
        answer = await logged_out(partners, issuer.logout_token(**named))
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        assert "Ask Prøve" not in (await visitor.get("/partners")).text
    assert len(await partners.facts(SessionEnded)) == 1
    assert (await logged_out(partners, issuer.logout_token(**named))).status_code == 200
    assert len(await partners.facts(SessionEnded)) == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"sid": "another"},
        {"sub": "another"},
        {"sid": "s1", "nonce": "n"},
        {"sid": "s1", "events": {}},
        {"sid": "s1", "events": None},
        {"sid": "s1", "aud": "another"},
        {"sid": "s1", "iss": "https://evil.example"},
        {"sid": "s1", "exp": 1},
        {"sid": "s1", "jti": None},
        {},
    ],
)
async def test_word_that_does_not_hold_ends_no_session(
    serving: Serving, issuer: DevIssuer, claims: dict[str, Any]
) -> None:
    issuer.person |= {"sid": "s1"}
    async with serving() as partners, partners.visitor() as visitor:
        await linked(partners, issuer)
        await come_with(issuer, visitor)
        await logged_out(partners, issuer.logout_token(**claims))
        assert "Ask Prøve" in (await visitor.get("/partners")).text
        issuer.signature = "none"
        assert (await logged_out(partners, issuer.logout_token(sid="s1"))).status_code == 400
        assert (await logged_out(partners, "no token")).status_code == 400
        assert "Ask Prøve" in (await visitor.get("/partners")).text


async def test_signing_out_shows_the_way_to_end_the_issuers_session_too(
    partners: ServiceApp, issuer: DevIssuer
) -> None:
    await linked(partners, issuer)
    async with partners.visitor() as visitor:
        await come_with(issuer, visitor)
        page = await submit(visitor, "/partners/sign-out")
        assert page.status_code == 200
        assert f'href="{issuer.url}/logout?client_id={CLIENT_ID}' in page.text
        assert not is_in(visitor)
