"""Nobody is found by an address alone: whose account it is, a link says, or they themselves."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.partners.models import Identity
from tests.partners.oidc.support import NUMBER, OTHER, Serving, come_with, configured, is_in, linked
from tests.partners.signing import link, noted_of, rows, submit
from tests.partners.support import organisation, person
from tests.support.apps import ServiceApp, service_app
from tests.support.issuer import Claims, DevIssuer


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


async def test_an_account_linked_by_a_mailbox_stands_for_no_second_factor(
    sqlite_url: str, tmp_path: Path, issuer: DevIssuer
) -> None:
    """Whoever reads a national's mailbox links an account of their own, and is still asked for the passkey."""
    given = {"base_url": "https://koblingsboks.test", "oidc_issuers": [configured(issuer, strong=True)]}
    async with service_app("partners", sqlite_url, tmp_path, **given) as partners:
        await person(partners, "ask@example.org", role="national")
        async with partners.visitor() as thief:
            unknown = (await come_with(issuer, thief)).headers["location"]
            await thief.post(unknown, data={"email": "ask@example.org"})
            assert (await thief.post(await link(partners))).headers["location"] == "/partners/sign-in-step"
            assert (await come_with(issuer, thief)).headers["location"] == "/partners/sign-in-step"
            assert "__Host-session" not in thief.cookies
        async with partners.database.writing() as session:
            await session.exec(sa.update(Identity).values(strong=True))
        async with partners.visitor() as owner:
            assert (await come_with(issuer, owner)).headers["location"] == "/partners/work"
            assert "__Host-session" in owner.cookies
