"""Passkeys: made and shown with a device in software."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from services.partners.models import Passkey, PasskeyChallenge, Session
from services.partners.usecases.passkeys import MOST, RelyingParty
from shared.clock import frozen, now
from tests.partners.passkeys.support import (
    ORIGIN,
    OWN,
    SESSION,
    by_link,
    csrf_of,
    keys_of,
    options,
    shown,
    with_passkey,
)
from tests.partners.signing import noted_of, rows
from tests.partners.support import person
from tests.support.apps import ServiceApp
from tests.support.authenticator import PRESENT, VERIFIED, Authenticator


async def test_a_passkey_is_made_listed_and_signs_in(partners: ServiceApp, device: Authenticator) -> None:
    ask_id, visitor = await with_passkey(partners, device)
    assert "Telefonen" in (await visitor.get(OWN)).text
    answer = await shown(partners, device)
    assert (answer.status_code, answer.headers["location"]) == (303, "/events")
    assert any(cookie.startswith(SESSION) for cookie in answer.headers.get_list("set-cookie"))
    async with partners.database.reading() as session:
        kept = (await session.exec(sa.select(Passkey.sign_count, Passkey.transports, Passkey.person_id))).one()
        newest = sa.select(Session.method, Session.strong).order_by(Session.id.desc()).limit(1)
        assert tuple((await session.exec(newest)).one()) == ("passkey", True)
    assert tuple(kept) == (1, ["hybrid", "internal"], ask_id)
    assert [action for action, _ in await noted_of(partners, ask_id)] == [
        "session.started",
        "passkey.registered",
        "session.started",
    ]


async def test_options_ask_for_a_passkey_that_knows_its_user_and_verifies_them(
    service: ServiceApp, device: Authenticator
) -> None:
    ask_id, visitor = await with_passkey(service, device)
    made = await options(visitor, f"{OWN}/options")
    assert made["rp"]["id"] == "koblingsboks.test"
    assert made["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert len(made["excludeCredentials"]) == 1
    async with service.visitor() as stranger:
        asked = await options(stranger, "/partners/passkeys/options")
    assert (asked["userVerification"], asked["allowCredentials"]) == ("required", [])
    assert str(ask_id) not in json.dumps(asked)


def spoilt(change: Callable[[dict[str, Any]], object]) -> Callable[[str], str]:
    def spoil(sent: str) -> str:
        found = json.loads(sent)
        change(found)
        return json.dumps(found)

    return spoil


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda sent: "{}", id="nothing"),
        pytest.param(lambda sent: "[]", id="a list"),
        pytest.param(lambda sent: "{" * 9_000, id="no JSON"),
        pytest.param(lambda sent: sent[:-20], id="cut off"),
        pytest.param(spoilt(lambda found: found.update(id=7)), id="a number for an id"),
        pytest.param(spoilt(lambda found: found.update(response=[])), id="no response"),
        pytest.param(spoilt(lambda found: found["response"].update(signature="AAAA")), id="another signature"),
        pytest.param(spoilt(lambda found: found["response"].update(authenticatorData="AAAA")), id="other data"),
        pytest.param(spoilt(lambda found: found["response"].update(authenticatorData=None)), id="no data"),
        pytest.param(spoilt(lambda found: found["response"].update(clientDataJSON="e30")), id="no challenge"),
        pytest.param(spoilt(lambda found: found.update(type="password")), id="another type"),
        pytest.param(spoilt(lambda found: found.update(rawId="AAAA")), id="another raw id"),
    ],
)
async def test_what_no_authenticator_sends_lets_nobody_in(
    service: ServiceApp, device: Authenticator, spoil: Callable[[str], str]
) -> None:
    await with_passkey(service, device)
    async with service.visitor() as visitor:
        sent = spoil(device.get(await options(visitor, "/partners/passkeys/options")))
        answer = await visitor.post("/partners/sign-in-passkey", data={"credential": sent})
        assert answer.status_code in (403, 410)
        assert SESSION not in visitor.cookies


@pytest.mark.parametrize(
    ("origin", "host", "flags"),
    [
        ("https://evil.example", "koblingsboks.test", PRESENT | VERIFIED),
        (ORIGIN, "evil.example", PRESENT | VERIFIED),
        ("http://koblingsboks.test", "koblingsboks.test", PRESENT | VERIFIED),
        (ORIGIN, "koblingsboks.test", PRESENT),
        (ORIGIN, "koblingsboks.test", VERIFIED),
    ],
)
async def test_another_site_or_an_unverified_user_lets_nobody_in(
    service: ServiceApp, device: Authenticator, origin: str, host: str, flags: int
) -> None:
    ask_id, _ = await with_passkey(service, device)
    device.origin, device.host, device.flags = origin, host, flags
    answer = await shown(service, device)
    assert (answer.status_code, "ble ikke godtatt" in answer.text) == (403, True)
    assert (await noted_of(service, ask_id))[-1] == ("sign_in.refused", {"why": [None, "passkey-refused"]})


async def test_a_count_that_does_not_go_up_is_a_copy(service: ServiceApp, device: Authenticator) -> None:
    await with_passkey(service, device)
    assert (await shown(service, device)).status_code == 303
    device.counts = False
    assert (await shown(service, device)).status_code == 403
    device.held[0].count = 0
    assert (await shown(service, device)).status_code == 403


async def test_a_challenge_is_answered_once_in_time_and_in_its_own_browser(
    partners: ServiceApp, device: Authenticator
) -> None:
    await with_passkey(partners, device)
    moment = now()
    async with partners.visitor() as visitor, partners.visitor() as other:
        sent = device.get(await options(visitor, "/partners/passkeys/options"))
        held = httpx.Cookies(visitor.cookies)
        assert (await other.post("/partners/sign-in-passkey", data={"credential": sent})).status_code == 410
        await options(other, "/partners/passkeys/options")
        assert (await other.post("/partners/sign-in-passkey", data={"credential": sent})).status_code == 410
        late = device.get(await options(visitor, "/partners/passkeys/options"))
    async with partners.visitor(cookies=held) as again:
        with frozen(moment + timedelta(minutes=6)):
            answer = await again.post("/partners/sign-in-passkey", data={"credential": late})
        assert (answer.status_code, "for lang tid" in answer.text) == (410, True)


async def test_a_passkey_shown_once_cannot_be_shown_again(service: ServiceApp, device: Authenticator) -> None:
    await with_passkey(service, device)
    async with service.visitor() as visitor:
        asked = await options(visitor, "/partners/passkeys/options")
        held = httpx.Cookies(visitor.cookies)
        sent = device.get(asked)
        assert (await visitor.post("/partners/sign-in-passkey", data={"credential": sent})).status_code == 303
    async with service.visitor(cookies=held) as again:
        assert (await again.post("/partners/sign-in-passkey", data={"credential": sent})).status_code == 410
        fresh = device.get(asked)
        assert (await again.post("/partners/sign-in-passkey", data={"credential": fresh})).status_code == 410


async def test_a_wrong_answer_uses_the_challenge_up(service: ServiceApp, device: Authenticator) -> None:
    await with_passkey(service, device)
    async with service.visitor() as visitor:
        asked = await options(visitor, "/partners/passkeys/options")
        device.flags = PRESENT
        wrong = device.get(asked)
        device.flags = PRESENT | VERIFIED
        for sent, status in ((wrong, 403), (device.get(asked), 410)):
            answer = await visitor.post("/partners/sign-in-passkey", data={"credential": sent})
            assert answer.status_code == status


async def test_a_passkey_nobody_here_has_is_told_to_be_unknown(service: ServiceApp, device: Authenticator) -> None:
    _, visitor = await with_passkey(service, device)
    found = await options(visitor, f"{OWN}/options")
    device.create(found)
    answer = await shown(service, device)
    assert (answer.status_code, "kjenner ikke denne nøkkelen" in answer.text) == (403, True)


async def test_without_a_script_the_page_says_what_is_missing(service: ServiceApp) -> None:
    async with service.visitor() as visitor:
        answer = await visitor.post("/partners/sign-in-passkey", data={"credential": ""})
    assert (answer.status_code, "trenger JavaScript" in answer.text) == (422, True)


async def test_somebody_put_out_of_use_stays_out(service: ServiceApp, device: Authenticator) -> None:
    await with_passkey(service, device)
    async with service.database.writing() as session:
        await session.exec(sa.text("UPDATE person SET active = false"))
    assert (await shown(service, device)).status_code == 410


def test_a_passkey_is_for_the_host_people_reach_us_under() -> None:
    assert RelyingParty.of("https://koblingsboks.example:8443/") == RelyingParty(
        "koblingsboks.example", "https://koblingsboks.example:8443"
    )
    assert RelyingParty.of("http://localhost:8000") == RelyingParty("localhost", "http://localhost:8000")


async def test_a_passkey_that_was_removed_signs_nobody_in(partners: ServiceApp, device: Authenticator) -> None:
    _, visitor = await with_passkey(partners, device)
    [only] = await keys_of(partners)
    answer = await visitor.post(f"{OWN}/{only}/remove", data=await csrf_of(visitor))
    assert answer.status_code == 303
    assert await keys_of(partners) == []
    assert (await shown(partners, device)).status_code == 403


async def test_nobody_removes_anothers_passkey(service: ServiceApp, device: Authenticator) -> None:
    await with_passkey(service, device)
    [only] = await keys_of(service)
    await person(service, "other@example.org")
    other = await by_link(service, "other@example.org")
    assert (await other.post(f"{OWN}/{only}/remove", data=await csrf_of(other))).status_code == 404


async def test_a_person_has_so_many_passkeys_and_no_more(service: ServiceApp, device: Authenticator) -> None:
    _, visitor = await with_passkey(service, device)
    for _ in range(MOST - 1):
        sent = device.create(await options(visitor, f"{OWN}/options"))
        assert (await visitor.post(OWN, data={**await csrf_of(visitor), "credential": sent})).status_code == 303
    assert (await visitor.post(f"{OWN}/options")).status_code == 422


async def test_a_passkey_made_for_one_is_not_kept_by_another(service: ServiceApp, device: Authenticator) -> None:
    _, visitor = await with_passkey(service, device)
    await person(service, "other@example.org")
    other = await by_link(service, "other@example.org")
    sent = device.create(await options(visitor, f"{OWN}/options"))
    answer = await other.post(OWN, data={**await csrf_of(other), "credential": sent})
    assert answer.status_code == 422
    assert len(await keys_of(service)) == 1


async def test_old_challenges_are_forgotten(service: ServiceApp) -> None:
    moment = now()
    for days in (0, 2):
        with frozen(moment + timedelta(days=days)):
            async with service.visitor() as visitor:
                await visitor.post("/partners/passkeys/options")
    assert await rows(service, PasskeyChallenge) == 1
