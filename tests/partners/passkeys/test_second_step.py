"""A role that a mailbox alone does not give is given with a passkey."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.partners.models import SecondStep, Session
from shared.clock import frozen, now
from shared.contracts.partners import SessionEnded
from tests.partners.passkeys.support import (
    ORIGIN,
    OWN,
    SESSION,
    STEP,
    by_link,
    csrf_of,
    keys_of,
    national,
    options,
    with_passkey,
)
from tests.partners.signing import noted_of, rows
from tests.partners.support import HTML, person
from tests.support.apps import ServiceApp, service_app
from tests.support.authenticator import Authenticator


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


async def test_the_last_passkey_of_a_national_stays(service: ServiceApp, device: Authenticator) -> None:
    _, visitor = await national(service, device)
    [only] = await keys_of(service)
    await visitor.post(f"{OWN}/{only}/remove", data=await csrf_of(visitor))
    assert "minst én passnøkkel" in (await visitor.get(OWN)).text
    sent = device.create(await options(visitor, f"{OWN}/options"))
    await visitor.post(OWN, data={**await csrf_of(visitor), "credential": sent, "name": "Nøkkelringen"})
    assert (await visitor.post(f"{OWN}/{only}/remove", data=await csrf_of(visitor))).status_code == 303
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
