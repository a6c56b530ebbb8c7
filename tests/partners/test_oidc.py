"""Signing in with an issuer of OpenID Connect: what it says holds or nobody comes in, and nobody is found by an address alone."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from joserfc.jwk import RSAKey

from services.partners.models import Identity, IssuerAttempt, Session
from services.partners.oidc.config import Issuer
from shared.clock import frozen, now
from shared.contracts.partners import SessionEnded
from tests.partners.support import org_number, organisation, person
from tests.partners.test_sign_in import link, noted_of, rows, submit
from tests.support.apps import ServiceApp, service_app
from tests.support.issuer import CLIENT_ID, CLIENT_SECRET, Claims, DevIssuer, running_issuer

KARI: Claims = {"sub": "kari", "name": "Kari Prøve", "email": "ask@example.org", "email_verified": True}
START = "/partners/sign-in-with/dev"
BACK = f"{START}/back"


@pytest.fixture(scope="module")
def listening() -> Iterator[DevIssuer]:
    with running_issuer() as running:
        yield running


@pytest.fixture
def issuer(listening: DevIssuer) -> DevIssuer:
    """The issuer, well-behaved again."""
    url = listening.url
    vars(listening).clear()
    listening.__init__(url)  # type: ignore[misc]
    listening.person = dict(KARI)
    return listening


def configured(dev: DevIssuer, **given: Any) -> dict[str, Any]:
    secret = {} if "private_key" in given else {"client_secret": CLIENT_SECRET}
    return {
        "key": "dev",
        "name": "Prøvekontoen",
        "issuer": dev.url,
        "client_id": CLIENT_ID,
        **secret,
        **given,
    }


@pytest.fixture
async def partners(database_url: str, tmp_path: Path, issuer: DevIssuer) -> AsyncIterator[ServiceApp]:
    """The registry with an issuer, on both databases in turn."""
    async with service_app("partners", database_url, tmp_path, oidc_issuers=[configured(issuer)]) as service:
        yield service


Serving = Callable[..., Any]


@pytest.fixture
def serving(sqlite_url: str, tmp_path: Path, issuer: DevIssuer) -> Serving:
    """Return what makes a registry with an issuer configured in a certain way."""
    return lambda **given: service_app("partners", sqlite_url, tmp_path, oidc_issuers=[configured(issuer, **given)])


async def come_with(issuer: DevIssuer, visitor: httpx.AsyncClient, next: str = "/") -> httpx.Response:
    """Go to the issuer and come back, as a browser does."""
    away = await visitor.get(START, params={"next": next})
    assert away.status_code == 303
    return await visitor.get(issuer.signed_in_at(away.headers["location"]))


async def linked(partners: ServiceApp, issuer: DevIssuer, **given: Any) -> UUID:
    """Enter somebody whom the issuer's Kari is linked to."""
    person_id = await person(partners, "ask@example.org", **given)
    async with partners.database.writing() as session:
        session.add(Identity(person_id=person_id, key="dev", issuer=issuer.url, subject="kari"))
    return person_id


def is_in(visitor: httpx.AsyncClient) -> bool:
    return "session" in visitor.cookies


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


async def test_an_address_alone_is_nobody_however_verified(partners: ServiceApp, issuer: DevIssuer) -> None:
    await person(partners, "ask@example.org")
    async with partners.visitor() as visitor:
        answer = await come_with(issuer, visitor, "/events")
        assert answer.headers["location"] == "/partners/sign-in-unknown?next=%2Fevents"
        assert not is_in(visitor)
        page = await visitor.get(answer.headers["location"])
        assert "ikke koblet til noen" in page.text
    assert await rows(partners, Identity) == 0


async def test_a_link_in_the_same_browser_says_whose_account_it_is(partners: ServiceApp, issuer: DevIssuer) -> None:
    ask_id = await person(partners, "ask@example.org")
    async with partners.visitor() as visitor:
        unknown = (await come_with(issuer, visitor)).headers["location"]
        assert "Se i innboksen" in (await visitor.post(unknown, data={"email": "ask@example.org"})).text
        assert (await visitor.post(await link(partners))).status_code == 303
        assert is_in(visitor)
    async with partners.visitor() as later:
        assert (await come_with(issuer, later)).headers["location"] == "/"
        assert is_in(later)
    assert [action for action, _ in await noted_of(partners, ask_id)] == [
        "identity.linked",
        "session.started",
        "session.started",
    ]


async def test_an_account_waits_for_no_link_of_another_browser(partners: ServiceApp, issuer: DevIssuer) -> None:
    await person(partners, "ask@example.org")
    async with partners.visitor() as thief, partners.visitor() as owner:
        unknown = (await come_with(issuer, thief)).headers["location"]
        await thief.post(unknown, data={"email": "ask@example.org"})
        assert (await owner.post(await link(partners))).status_code == 403
        await owner.post("/partners/sign-in", data={"email": "ask@example.org"})
        assert (await owner.post(await link(partners))).status_code == 303
    assert await rows(partners, Identity) == 0


async def test_the_answer_tells_no_known_address_from_an_unknown_one(partners: ServiceApp, issuer: DevIssuer) -> None:
    await person(partners, "ask@example.org")
    pages = []
    for name in ("ask", "nobody"):
        async with partners.visitor() as visitor:
            unknown = (await come_with(issuer, visitor)).headers["location"]
            pages.append((await visitor.post(unknown, data={"email": f"{name}@example.org"})).text.replace(name, "…"))
    assert pages[0] == pages[1]


async def test_somebody_signed_in_links_an_account_and_takes_it_away(partners: ServiceApp, issuer: DevIssuer) -> None:
    ask_id = await person(partners, "ask@example.org")
    async with partners.visitor() as visitor:
        await visitor.post("/partners/sign-in", data={"email": "ask@example.org"})
        await visitor.post(await link(partners))
        page = await submit(visitor, "/partners/me/identities/connect", key="dev")
        away = page.text.split(f'href="{issuer.url}/authorize')[1].split('"')[0].replace("&amp;", "&")
        back = await visitor.get(issuer.signed_in_at(f"{issuer.url}/authorize{away}"))
        assert back.headers["location"] == "/partners/me/identities"
        assert "Prøvekontoen" in (await visitor.get("/partners/me/identities")).text
        async with partners.database.reading() as session:
            identity_id = (await session.exec(sa.select(Identity.id))).scalar_one()
        async with partners.visitor() as other:
            assert (await come_with(issuer, other)).headers["location"] == "/"
        gone = await submit(visitor, f"/partners/me/identities/{identity_id}/unlink")
        assert gone.headers["location"] == "/partners/me/identities"
    assert await rows(partners, Identity) == 0
    actions = [action for action, _ in await noted_of(partners, ask_id)]
    assert (actions.count("identity.linked"), actions[-1]) == (1, "identity.unlinked")


async def test_linking_goes_only_to_whoever_asked_for_it(partners: ServiceApp, issuer: DevIssuer) -> None:
    await person(partners, "ask@example.org")
    async with partners.visitor() as visitor:
        await visitor.post("/partners/sign-in", data={"email": "ask@example.org"})
        await visitor.post(await link(partners))
        page = await submit(visitor, "/partners/me/identities/connect", key="dev")
        away = page.text.split(f'href="{issuer.url}/authorize')[1].split('"')[0].replace("&amp;", "&")
        back = issuer.signed_in_at(f"{issuer.url}/authorize{away}")
        await submit(visitor, "/partners/sign-out")
        assert (await visitor.get(back)).status_code == 410
    assert await rows(partners, Identity) == 0


async def test_an_account_is_one_persons(partners: ServiceApp, issuer: DevIssuer) -> None:
    await linked(partners, issuer)
    await person(partners, "other@example.org")
    async with partners.visitor() as visitor:
        await visitor.post("/partners/sign-in", data={"email": "other@example.org"})
        await visitor.post(await link(partners))
        page = await submit(visitor, "/partners/me/identities/connect", key="dev")
        away = page.text.split(f'href="{issuer.url}/authorize')[1].split('"')[0].replace("&amp;", "&")
        answer = await visitor.get(issuer.signed_in_at(f"{issuer.url}/authorize{away}"))
    assert (answer.status_code, "koblet til en annen person" in answer.text) == (409, True)
    assert await rows(partners, Identity) == 1


@pytest.mark.parametrize(
    ("given", "person", "known"),
    [
        ({"trusted_for_email": True, "email_domains": ["example.org"]}, {}, True),
        ({"trusted_for_email": True, "email_domains": ["Example.ORG"]}, {"email": "ASK@example.org"}, True),
        ({"trusted_for_email": True, "email_domains": ["example.com"]}, {}, False),
        ({"trusted_for_email": True, "email_domains": ["example.org"]}, {"email_verified": False}, False),
        ({"trusted_for_email": True, "email_domains": ["example.org"]}, {"email_verified": "true"}, False),
        ({"trusted_for_email": True, "email_domains": ["example.org"]}, {"email": "nobody@example.org"}, False),
        ({"email_domains": ["example.org"]}, {}, False),
    ],
)
async def test_only_an_issuer_trusted_for_a_domain_says_who_its_addresses_are(
    serving: Serving, issuer: DevIssuer, given: dict[str, Any], person: Claims, known: bool
) -> None:
    from tests.partners.support import person as entered

    issuer.person |= person
    async with serving(**given) as partners, partners.visitor() as visitor:
        await entered(partners, "ask@example.org")
        await come_with(issuer, visitor)
        assert is_in(visitor) == known
        assert await rows(partners, Identity) == int(known)


def without(name: str) -> Callable[[Claims], Claims]:
    return lambda claims: {key: value for key, value in claims.items() if key != name}


def with_claims(**given: Any) -> Callable[[Claims], Claims]:
    return lambda claims: claims | given


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


async def test_an_unknown_issuer_is_no_page(partners: ServiceApp) -> None:
    async with partners.visitor() as visitor:
        assert (await visitor.get("/partners/sign-in-with/other")).status_code == 404


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


NUMBER, OTHER = org_number(1), org_number(40)
ANSATTPORTEN = [
    {
        "type": "ansattporten:altinn:resource",
        "authorized_parties": [
            {"orgno": {"authority": "iso6523-actorid-upis", "ID": f"0192:{NUMBER}"}, "name": "Eik AS", "resource": "x"}
        ],
    }
]


@pytest.mark.parametrize(
    ("given", "claims"),
    [
        ({"organisation_claim": "authorization_details"}, {"authorization_details": ANSATTPORTEN}),
        ({"organisation_claim": "tid", "organisations": {"a-tenant": NUMBER}}, {"tid": "a-tenant"}),
        ({"organisation_claim": "org", "organisations": {"dc=eik,dc=no": NUMBER}}, {"org": ["dc=eik,dc=no"]}),
        ({"organisation_claim": "orgno"}, {"orgno": NUMBER}),
    ],
)
async def test_somebody_new_is_led_to_ask_for_a_place_in_their_organisation(
    serving: Serving, issuer: DevIssuer, given: dict[str, Any], claims: Claims
) -> None:
    issuer.person |= claims
    async with serving(**given) as partners, partners.visitor() as visitor:
        eik = await organisation(partners, "Eik AS", org_number=NUMBER)
        answer = await come_with(issuer, visitor)
        page = (await visitor.get(answer.headers["location"])).text
        assert f'href="/partners/{eik}/claim"' in page
        assert not is_in(visitor)
        assert await rows(partners, Identity) == 0


async def test_an_organisation_we_do_not_know_is_told_so(serving: Serving, issuer: DevIssuer) -> None:
    issuer.person |= {"orgno": OTHER}
    async with serving(organisation_claim="orgno") as partners, partners.visitor() as visitor:
        page = (await visitor.get((await come_with(issuer, visitor)).headers["location"])).text
        assert "er ikke i registeret" in page


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


async def test_old_attempts_are_forgotten(partners: ServiceApp) -> None:
    moment = now()
    for days in (0, 2):
        with frozen(moment + timedelta(days=days)):
            async with partners.visitor() as visitor:
                await visitor.get(START)
    assert await rows(partners, IssuerAttempt) == 1


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
