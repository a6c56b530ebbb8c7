"""Sent to an issuer and back: in the same browser, in time, and once."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import sqlalchemy as sa

from services.partners.models import IssuerAttempt, Session
from shared.clock import frozen, now
from tests.partners.oidc.support import BACK, START, Serving, come_with, is_in, linked
from tests.partners.signing import rows
from tests.support.apps import ServiceApp
from tests.support.issuer import DevIssuer


async def test_the_sign_in_page_names_the_issuers(partners: ServiceApp) -> None:
    async with partners.visitor() as visitor:
        page = (await visitor.get("/partners/sign-in?next=/events")).text
    assert "Logg inn med Prøvekontoen" in page
    assert f'href="{START}?next=%2Fevents"' in page


async def test_the_browser_is_sent_with_proof_of_its_own(partners: ServiceApp, issuer: DevIssuer) -> None:
    async with partners.visitor() as visitor:
        first, second = [await visitor.get(START) for _ in range(2)]
    asked = [parse_qs(urlsplit(answer.headers["location"]).query) for answer in (first, second)]
    assert first.headers["location"].startswith(f"{issuer.url}/authorize?")
    assert asked[0]["code_challenge_method"] == ["S256"]
    assert asked[0]["scope"] == ["openid email profile"]
    assert asked[0]["redirect_uri"] == [f"http://koblingsboks.test{BACK}"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[0][name][0]) >= 43
        assert asked[0][name] != asked[1][name]


async def test_somebody_linked_comes_in(partners: ServiceApp, issuer: DevIssuer) -> None:
    ask_id = await linked(partners, issuer)
    async with partners.visitor() as visitor:
        answer = await come_with(issuer, visitor, "/events/1?a=b")
        assert (answer.status_code, answer.headers["location"]) == (303, "/events/1?a=b")
        assert "Ask Prøve" in (await visitor.get("/partners")).text
    async with partners.database.reading() as session:
        [started] = (await session.exec(sa.select(Session.person_id, Session.method, Session.issuer))).all()
    assert tuple(started) == (ask_id, "oidc", "dev")


@pytest.mark.parametrize("address", ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil"])
async def test_nobody_is_sent_elsewhere_afterwards(partners: ServiceApp, issuer: DevIssuer, address: str) -> None:
    await linked(partners, issuer)
    async with partners.visitor() as visitor:
        assert (await come_with(issuer, visitor, address)).headers["location"] == "/"


async def test_an_answer_is_taken_once(partners: ServiceApp, issuer: DevIssuer) -> None:
    await linked(partners, issuer)
    async with partners.visitor() as visitor:
        back = issuer.signed_in_at((await visitor.get(START)).headers["location"])
        held = httpx.Cookies(visitor.cookies)
        assert (await visitor.get(back)).status_code == 303
    async with partners.visitor(cookies=held) as again:
        assert (await again.get(back)).status_code == 410
    assert await rows(partners, Session) == 1


async def test_an_answer_is_taken_only_in_the_browser_that_asked(partners: ServiceApp, issuer: DevIssuer) -> None:
    await linked(partners, issuer)
    async with partners.visitor() as visitor, partners.visitor() as other:
        back = issuer.signed_in_at((await visitor.get(START)).headers["location"])
        assert (await other.get(back)).status_code == 410
        await other.get(START)
        answer = await other.get(back)
        assert (answer.status_code, is_in(other)) == (410, False)
        assert "begynt i en annen nettleser" in answer.text


async def test_an_answer_is_taken_for_ten_minutes(partners: ServiceApp, issuer: DevIssuer) -> None:
    await linked(partners, issuer)
    moment = now()
    with frozen(moment):
        visitor = partners.visitor()
        back = issuer.signed_in_at((await visitor.get(START)).headers["location"])
    with frozen(moment + timedelta(minutes=10)):
        assert (await visitor.get(back)).status_code == 410
    assert not is_in(visitor)


@pytest.mark.parametrize(
    "query",
    ["", "?code=x", "?state=x&code=x", "?error=access_denied", "?state=" + "a" * 5_000, "?state=%F0%9F%92%A9"],
)
async def test_an_answer_nobody_asked_for_is_told_so(partners: ServiceApp, query: str) -> None:
    async with partners.visitor() as visitor:
        await visitor.get(START)
        assert (await visitor.get(BACK + query)).status_code == 410


@pytest.mark.parametrize(
    "answer", [{"iss": "https://evil.example"}, {"error": "access_denied", "code": ""}, {"code": "made-up"}]
)
async def test_an_answer_of_another_issuer_or_none_lets_nobody_in(
    partners: ServiceApp, issuer: DevIssuer, answer: dict[str, str]
) -> None:
    await linked(partners, issuer)
    issuer.answer = answer
    async with partners.visitor() as visitor:
        assert (await come_with(issuer, visitor)).status_code == 403
        assert not is_in(visitor)


async def test_an_issuer_that_promises_its_name_must_give_it(partners: ServiceApp, issuer: DevIssuer) -> None:
    await linked(partners, issuer)
    async with partners.visitor() as visitor:
        back = issuer.signed_in_at((await visitor.get(START)).headers["location"])
        nameless = httpx.URL(back).copy_remove_param("iss")
        assert (await visitor.get(str(nameless))).status_code == 403


async def test_a_person_put_out_of_use_stays_out(partners: ServiceApp, issuer: DevIssuer) -> None:
    await linked(partners, issuer, active=False)
    async with partners.visitor() as visitor:
        answer = await come_with(issuer, visitor)
    assert (answer.status_code, "ikke aktiv" in answer.text) == (403, True) or answer.status_code == 410
    assert not is_in(visitor)


async def test_an_issuer_that_is_away_is_told_and_the_other_ways_stay(serving: Serving) -> None:
    async with serving(issuer="http://127.0.0.1:9") as partners, partners.visitor() as visitor:
        answer = await visitor.get(START)
        assert (answer.status_code, "Prøvekontoen svarer ikke" in answer.text) == (503, True)
        assert (await visitor.get("/partners/sign-in")).status_code == 200


async def test_an_unknown_issuer_is_no_page(partners: ServiceApp) -> None:
    async with partners.visitor() as visitor:
        assert (await visitor.get("/partners/sign-in-with/other")).status_code == 404


async def test_old_attempts_are_forgotten(partners: ServiceApp) -> None:
    moment = now()
    for days in (0, 2):
        with frozen(moment + timedelta(days=days)):
            async with partners.visitor() as visitor:
                await visitor.get(START)
    assert await rows(partners, IssuerAttempt) == 1
