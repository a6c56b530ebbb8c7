"""Passkeys: made and shown with a device in software, asked of those whose role a mailbox alone does not give."""

import json
import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from services.partners.models import Passkey, PasskeyChallenge, SecondStep, Session
from services.partners.usecases.passkeys import MOST, RelyingParty
from shared.clock import frozen, now
from shared.contracts.partners import SessionEnded
from tests.partners.support import HTML, person
from tests.partners.test_sign_in import link, noted_of, rows
from tests.support.apps import ServiceApp, service_app
from tests.support.authenticator import PRESENT, VERIFIED, Authenticator

ORIGIN = "https://koblingsboks.test"
SESSION = "__Host-session"
OWN = "/partners/me/passkeys"
STEP = "/partners/sign-in-step"


@pytest.fixture
async def partners(database_url: str, tmp_path: Path) -> AsyncIterator[ServiceApp]:
    """The registry under https, where browsers have passkeys, on both databases in turn."""
    async with service_app("partners", database_url, tmp_path, base_url=ORIGIN) as service:
        yield service


@pytest.fixture
async def service(sqlite_url: str, tmp_path: Path) -> AsyncIterator[ServiceApp]:
    """The registry under https, on SQLite alone."""
    async with service_app("partners", sqlite_url, tmp_path, base_url=ORIGIN) as running:
        yield running


@pytest.fixture
def device() -> Authenticator:
    return Authenticator(ORIGIN)


async def csrf_of(visitor: httpx.AsyncClient) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="(\w*)"', (await visitor.get("/partners", headers=HTML)).text)
    return {"csrf_token": found[1] if found else ""}


async def by_link(partners: ServiceApp, email: str = "ask@example.org", next: str = "/") -> httpx.AsyncClient:
    """Return a browser in which somebody opened the link they asked for."""
    visitor = partners.visitor()
    await visitor.post("/partners/sign-in", params={"next": next}, data={"email": email})
    assert (await visitor.post(await link(partners))).status_code == 303
    return visitor


async def options(visitor: httpx.AsyncClient, path: str) -> dict[str, Any]:
    answer = await visitor.post(path)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    return dict(answer.json())


async def with_passkey(partners: ServiceApp, device: Authenticator, **given: Any) -> tuple[UUID, httpx.AsyncClient]:
    """Enter somebody with a passkey on the device; returns also the browser they are signed in in."""
    ask_id = await person(partners, "ask@example.org", **given)
    visitor = await by_link(partners)
    sent = device.create(await options(visitor, f"{OWN}/options"))
    answer = await visitor.post(OWN, data={**await csrf_of(visitor), "credential": sent, "name": "Telefonen"})
    assert answer.status_code == 303
    return ask_id, visitor


async def shown(partners: ServiceApp, device: Authenticator, **given: Any) -> httpx.Response:
    """Sign in with the device's passkey in a new browser."""
    async with partners.visitor() as visitor:
        sent = device.get(await options(visitor, "/partners/passkeys/options"), **given)
        return await visitor.post("/partners/sign-in-passkey?next=/events", data={"credential": sent})


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


async def test_a_national_makes_a_passkey_before_anything_else(partners: ServiceApp, device: Authenticator) -> None:
    ask_id = await person(partners, "ask@example.org", role="national")
    visitor = await by_link(partners, next="/partners/people")
    assert SESSION not in visitor.cookies
    assert await rows(partners, Session) == 0
    page = await visitor.get(STEP)
    assert "Lag en passnøkkel" in page.text
    assert 'data-passkey="create"' in page.text
    sent = device.create(await options(visitor, f"{STEP}/options"))
    answer = await visitor.post(STEP, data={"credential": sent, "name": "Telefonen"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/partners/people")
    assert (await visitor.get("/partners/people")).status_code == 200
    actions = [action for action, _ in await noted_of(partners, ask_id)]
    assert actions == ["passkey.registered", "session.started"]
    assert (await visitor.get(STEP)).status_code == 410


async def national(partners: ServiceApp, device: Authenticator) -> tuple[UUID, httpx.AsyncClient]:
    """Enter a national coordinator with a passkey; returns also the browser they are signed in in."""
    ask_id = await person(partners, "ask@example.org", role="national")
    visitor = await by_link(partners)
    sent = device.create(await options(visitor, f"{STEP}/options"))
    assert (await visitor.post(STEP, data={"credential": sent})).status_code == 303
    return ask_id, visitor


async def test_a_link_alone_signs_no_national_in(partners: ServiceApp, device: Authenticator) -> None:
    ask_id, _ = await national(partners, device)
    thief = await by_link(partners)
    assert SESSION not in thief.cookies
    assert "Vis passnøkkelen din" in (await thief.get(STEP)).text
    asked = await options(thief, f"{STEP}/options")
    assert len(asked["allowCredentials"]) == 1
    other = Authenticator(ORIGIN)
    forged = other.create({**asked, "user": {"id": "AAAA"}})
    answer = await thief.post(STEP, data={"credential": forged})
    assert (answer.status_code, SESSION in thief.cookies) == (422, False)
    shown = device.get(await options(thief, f"{STEP}/options"))
    assert (await thief.post(STEP, data={"credential": shown})).status_code == 303
    assert SESSION in thief.cookies
    assert (await noted_of(partners, ask_id))[-1][1]["strong"] == [None, True]


async def test_a_second_step_takes_the_persons_own_passkey_alone(service: ServiceApp, device: Authenticator) -> None:
    await national(service, device)
    mine = device.held[-1]
    await person(service, "other@example.org")
    visitor = await by_link(service, "other@example.org")
    sent = device.create(await options(visitor, f"{OWN}/options"))
    await visitor.post(OWN, data={**await csrf_of(visitor), "credential": sent})
    thief = await by_link(service, "ask@example.org")
    sent = device.get(await options(thief, f"{STEP}/options"))
    assert (await thief.post(STEP, data={"credential": sent})).status_code == 422
    assert SESSION not in thief.cookies
    sent = device.get(await options(thief, f"{STEP}/options"), mine)
    assert (await thief.post(STEP, data={"credential": sent})).status_code == 303


async def test_a_second_step_is_taken_in_its_own_browser_within_a_quarter_of_an_hour(service: ServiceApp) -> None:
    await person(service, "ask@example.org", role="national")
    moment = now()
    visitor = await by_link(service)
    async with service.visitor() as other:
        assert (await other.get(STEP)).status_code == 410
        assert (await other.post(f"{STEP}/options")).status_code == 410
        assert (await other.post(STEP, data={"credential": "{}"})).status_code == 410
    assert (await visitor.get(STEP)).status_code == 200
    with frozen(moment + timedelta(minutes=16)):
        assert (await visitor.get(STEP)).status_code == 410
    assert await rows(service, SecondStep) == 1


async def test_a_session_of_a_link_is_over_once_its_person_becomes_national(service: ServiceApp) -> None:
    moment = now()
    await person(service, "ask@example.org")
    visitor = await by_link(service)
    async with service.database.writing() as session:
        await session.exec(sa.text("UPDATE person_grant SET role = 'national', region = NULL"))
    with frozen(moment + timedelta(minutes=31)):
        await visitor.get("/partners", headers=HTML, follow_redirects=True)
    assert SESSION not in visitor.cookies


async def test_those_who_need_no_passkey_come_in_by_link(service: ServiceApp, device: Authenticator) -> None:
    await with_passkey(service, device, role="region_staff", region="agder")
    visitor = await by_link(service)
    assert SESSION in visitor.cookies


@pytest.mark.parametrize("base_url", ["http://koblingsboks.test", "http://127.0.0.1:8000", "https://10.0.0.1"])
async def test_where_browsers_have_no_passkeys_none_is_asked_for(
    sqlite_url: str, tmp_path: Path, base_url: str
) -> None:
    async with service_app("partners", sqlite_url, tmp_path, base_url=base_url) as service:
        await person(service, "ask@example.org", role="national")
        visitor = await by_link(service)
        assert any("session" in name for name in visitor.cookies)
        assert "passnøkkel" not in (await visitor.get("/partners/sign-in")).text
        assert (await visitor.post("/partners/passkeys/options")).status_code == 404


def test_a_passkey_is_for_the_host_people_reach_us_under() -> None:
    assert RelyingParty.of("https://koblingsboks.example:8443/") == RelyingParty(
        "koblingsboks.example", "https://koblingsboks.example:8443"
    )
    assert RelyingParty.of("http://localhost:8000") == RelyingParty("localhost", "http://localhost:8000")


async def keys_of(service: ServiceApp) -> list[UUID]:
    async with service.database.reading() as session:
        return list((await session.exec(sa.select(Passkey.id).order_by(Passkey.id))).scalars().all())


async def test_a_passkey_that_was_removed_signs_nobody_in(partners: ServiceApp, device: Authenticator) -> None:
    _, visitor = await with_passkey(partners, device)
    [only] = await keys_of(partners)
    answer = await visitor.post(f"{OWN}/{only}/remove", data=await csrf_of(visitor))
    assert answer.status_code == 303
    assert await keys_of(partners) == []
    assert (await shown(partners, device)).status_code == 403


async def test_the_last_passkey_of_a_national_stays(service: ServiceApp, device: Authenticator) -> None:
    _, visitor = await national(service, device)
    [only] = await keys_of(service)
    await visitor.post(f"{OWN}/{only}/remove", data=await csrf_of(visitor))
    assert "minst én passnøkkel" in (await visitor.get(OWN)).text
    sent = device.create(await options(visitor, f"{OWN}/options"))
    await visitor.post(OWN, data={**await csrf_of(visitor), "credential": sent, "name": "Nøkkelringen"})
    assert (await visitor.post(f"{OWN}/{only}/remove", data=await csrf_of(visitor))).status_code == 303
    assert len(await keys_of(service)) == 1


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


async def test_a_national_helps_somebody_who_lost_their_passkeys(partners: ServiceApp, device: Authenticator) -> None:
    ask_id, visitor = await with_passkey(partners, device)
    async with partners.client("region_staff", "nordland") as foreign:
        assert (await foreign.post(f"/partners/people/{ask_id}/passkeys/remove")).status_code == 403
    async with partners.client("national") as helper:
        answer = await helper.post(f"/partners/people/{ask_id}/passkeys/remove")
    assert answer.headers["location"] == f"/partners/people/{ask_id}"
    assert await keys_of(partners) == []
    assert (await visitor.get(OWN)).status_code == 303
    assert len(await partners.facts(SessionEnded)) == 1


async def test_staff_of_a_region_take_no_national_passkeys_away(service: ServiceApp, device: Authenticator) -> None:
    ask_id, _ = await national(service, device)
    async with service.database.writing() as session:
        await session.exec(sa.text("UPDATE person SET region = 'agder'"))
    async with service.client("region_staff", "agder") as staff:
        assert (await staff.post(f"/partners/people/{ask_id}/passkeys/remove")).status_code == 403
    assert len(await keys_of(service)) == 1


async def test_old_challenges_are_forgotten(service: ServiceApp) -> None:
    moment = now()
    for days in (0, 2):
        with frozen(moment + timedelta(days=days)):
            async with service.visitor() as visitor:
                await visitor.post("/partners/passkeys/options")
    assert await rows(service, PasskeyChallenge) == 1
